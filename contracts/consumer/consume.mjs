// Reads all topics from the beginning with kafkajs, decodes with the CloudEvents SDK and holds every event against the
// contracts, until the log's end was reached and every kind was seen. Exits 1 when an event is invalid, or when a kind
// is still not seen and nothing more came for SECONDS (30) behind the log's end.
//
//   KAFKA_BROKERS=localhost:9092 npm start
import { CloudEvent, Kafka as Binding } from 'cloudevents';
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import { kinds, topics, wrongWith } from './contracts.mjs';

const { KAFKA_BROKERS, KAFKA_USERNAME: username, KAFKA_PASSWORD: password, SECONDS = '30' } = process.env;
if (!KAFKA_BROKERS) {
  console.error('KAFKA_BROKERS is not set: host:port, or several with commas between them');
  process.exit(1);
}

// The producers compress with LZ4, which kafkajs leaves to a library.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }) => Buffer.from(lz4.compress(buffer)),
  decompress: (buffer) => Buffer.from(lz4.decompress(buffer)),
});
const kafka = new kafkajs.Kafka({
  clientId: 'contracts-consumer',
  brokers: KAFKA_BROKERS.split(','),
  logLevel: kafkajs.logLevel.ERROR,
  ...(username && { ssl: true, sasl: { mechanism: 'scram-sha-512', username, password } }),
});
const admin = kafka.admin();
await admin.connect();

// What has not been read yet of what was there when we came. An empty partition is at its end.
const unread = new Map();
for (const topic of topics)
  for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
    if (BigInt(high) > BigInt(low)) unread.set(`${topic}/${partition}`, BigInt(high) - 1n);

const seen = new Map([...kinds.keys()].map((kind) => [kind, { count: 0, valid: 0 }]));
const complaints = [];

function take(topic, { key, value, headers, offset }) {
  const text = Object.fromEntries(Object.entries(headers).map(([name, word]) => [name, word?.toString()]));
  const message = { key: key?.toString(), value: value?.toString(), headers: text };
  let kind = text.ce_type ?? 'no type';
  let wrong;
  try {
    const event = Binding.toEvent(message);
    // The binding builds events without judging them.
    new CloudEvent({ ...event }, true);
    kind = event.type;
    wrong = wrongWith(event, topic, message);
  } catch (error) {
    wrong = [`no CloudEvent: ${error.message}`];
  }
  const row = seen.get(kind) ?? { count: 0, valid: 0 };
  seen.set(kind, { count: row.count + 1, valid: row.valid + (wrong.length === 0 ? 1 : 0) });
  for (const words of wrong) complaints.push(`${topic} offset ${offset} ${kind}: ${words}`);
}

const groupId = `contracts-consumer-${randomUUID()}`;
const consumer = kafka.consumer({ groupId });
await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
const done = new Promise((resolve) => {
  let timer;
  const look = () => {
    if (unread.size === 0 && [...seen.values()].every(({ count }) => count > 0)) return resolve();
    clearTimeout(timer);
    // A busy broker may take its time with what it has.
    timer = setTimeout(resolve, (unread.size > 0 ? 60 : Number(SECONDS)) * 1000);
  };
  look();
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // It begins again by itself, as when the group's coordinator is still loading; the timer sees to its end.
    if (payload.restart) return;
    complaints.push(`the consumer died: ${payload.error.message}`);
    resolve();
  });
  consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      take(topic, message);
      const at = `${topic}/${partition}`;
      if (BigInt(message.offset) >= (unread.get(at) ?? -1n)) unread.delete(at);
      look();
    },
  });
});
await done;
await consumer.disconnect();
// Nothing of us stays behind.
await admin.deleteGroups([groupId]).catch(() => {});
await admin.disconnect();

const unseen = [...seen].filter(([, { count }]) => count === 0).map(([kind]) => kind);
console.table(Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1))));
for (const line of complaints.slice(0, 50)) console.error(line);
for (const kind of unseen) console.error(`not seen: ${kind}`);
if (unread.size > 0) console.error(`not read to the end: ${[...unread.keys()].join(', ')}`);
const total = [...seen.values()].reduce((sum, { count }) => sum + count, 0);
console.log(
  `${total} events, ${complaints.length} complaints, ${unseen.length} of ${kinds.size} kinds not seen`,
);
process.exit(complaints.length + unseen.length + unread.size > 0 ? 1 : 0);

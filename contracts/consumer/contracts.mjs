// What asyncapi.yaml promises, as functions that say what an event breaks. Nothing else of dojob is read here: this is
// all that somebody outside needs.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const from = new URL('../asyncapi.yaml', import.meta.url);
const { channels, components } = parse(readFileSync(from, 'utf8'));

// The headers' schema refers to the document's components.
const ajv = new Ajv2020({ allErrors: true, keywords: ['components'] });
addFormats.default(ajv);

const errors = (what, validate) => (value) =>
  validate(value)
    ? []
    : validate.errors.map(({ instancePath, message }) => `${what}${instancePath} ${message}`);

/** CloudEvents type → where it is said, and the checks of its headers and its data. */
export const kinds = new Map();
for (const { address, messages } of Object.values(channels))
  for (const { $ref } of Object.values(messages)) {
    const { name, headers, payload } = components.messages[$ref.split('/').at(-1)];
    const schema = JSON.parse(readFileSync(new URL(payload.$ref, from), 'utf8'));
    kinds.set(name, {
      topic: address,
      headers: errors('header ', ajv.compile({ ...headers, components: { schemas: components.schemas } })),
      data: errors('data', ajv.compile(schema)),
    });
  }

export const topics = Object.values(channels).map(({ address }) => address);

/** What is wrong with a CloudEvent that came as `message` on `topic`: sentences, none if it keeps its contract. */
export function wrongWith(event, topic, { key, headers }) {
  const kind = kinds.get(event.type);
  if (kind === undefined) return [`no contract knows ${event.type}`];
  const wrong = [...kind.headers(headers), ...kind.data(event.data)];
  if (kind.topic !== topic) wrong.push(`it belongs on ${kind.topic}`);
  for (const name of ['ce_subject', 'ce_partitionkey'])
    if (headers[name] !== key) wrong.push(`the key is ${key}, and ${name} ${headers[name]}`);
  return wrong;
}

// Is ../asyncapi.yaml (or the file named) a valid AsyncAPI document, with everything that it refers to? Needs no network.
import { fromFile, Parser } from '@asyncapi/parser';
import { fileURLToPath } from 'node:url';

const path = process.argv[2] ?? fileURLToPath(new URL('../asyncapi.yaml', import.meta.url));
const { document, diagnostics } = await fromFile(new Parser(), path).parse();

const levels = ['error', 'warning', 'information', 'hint'];
const wrong = diagnostics.filter(({ severity }) => severity <= 1);
for (const { severity, path: at, message } of wrong)
  console.error(`${levels[severity]}: ${at.join('/')}: ${message}`);
if (wrong.length > 0 || document === undefined) process.exit(1);

const [channels, messages] = [document.channels().all(), document.messages().all()];
const refused = messages.filter((message) => message.payload()?.title() === undefined);
for (const message of refused) console.error(`error: ${message.name()}: its payload leads nowhere`);
if (refused.length > 0 || messages.length === 0) process.exit(1);
console.log(
  `AsyncAPI ${document.version()}: ${channels.length} channels, ${messages.length} messages, ` +
    `${document.operations().all().length} operations`,
);

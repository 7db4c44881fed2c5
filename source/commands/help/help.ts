import { exitCodes } from '../../domain/errors.ts';
import { asciiVariable, spellInAscii } from '../../domain/ascii.ts';
import type { Command } from '../command.ts';
import { commands } from '../registry.ts';
import { formatUsage, settingsHelp } from '../settings-flags.ts';

const width = Math.max(...Object.keys(commands).map((name) => name.length));

const text = `nodetop: a full-screen monitor for people who run decentralised nodes

Usage
  nodetop [NODE…]                    show the screen; without NODE, the nodes of the profile
  nodetop --once [--json] [NODE…]    print one snapshot, without a screen
  nodetop COMMAND …

A NODE is a URL, name=URL, host:port, NAME:/path/storagenode.log, or the name of a configured node:
  nodetop http://127.0.0.1:8545  validator=https://node.example:8588  unix:/run/qudag.sock

Commands
${Object.entries(commands)
	.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
	.join('\n')}
  Run nodetop COMMAND --help for more.

${settingsHelp}  --once               poll once, print, and exit (${formatUsage}; --check)
  --mouse              report clicks and the wheel to the screen; M turns it on and off
  --screen-reader      no picture: what changes is printed in sentences
  --reduced-motion     change the picture every five seconds, and after a key
  -h, --help           print this text
  -V, --version        print the version

Exit codes
  0 done   1 a bug in nodetop   64 wrong usage   69 no usable answer (add, demo), or already runs (watch, start)
  73 a file could not be written   78 a mistake in the configuration
  129 SIGHUP   130 SIGINT   143 SIGTERM
  --check: 0 up, 1 degraded, 2 down, 3 unknown   health: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
`;

/** `nodetop --help`. */
export const help: Command = {
	help: text,
	run(context) {
		const isAscii = asciiVariable(context.env) !== undefined;
		context.stdout.write(isAscii ? spellInAscii(text) : text);
		return Promise.resolve(exitCodes.ok);
	},
};

import { fileURLToPath } from 'node:url';
import { loadSettings } from '../../app/configuration.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import { forkDevnet } from '../../../devnet/fork.ts';
import type { Devnet } from '../../../devnet/fork.ts';
import { defined } from '../../domain/defined.ts';
import { UserError } from '../../domain/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { noteDemo } from '../demo-places.ts';
import { parseFlags } from '../flags.ts';
import type { printSnapshot } from '../once/once.ts';
import { requireKeyboard } from '../screen/require-keyboard.ts';
import { runOnTerminal } from '../screen/run-on-terminal.ts';
import { formatFlags, formatUsage, settingsFlags, settingsHelp } from '../settings-flags.ts';
import { aborted, pause } from '../../domain/waiting.ts';

const help = `Usage
  nodetop demo [--nodes N] [--storage-nodes N] [--seed N] [--port N] [--once [${formatUsage}]]
               [--serve]

Starts small networks on loopback, in a separate process, and shows them: a DAG, a HotStuff-2 group of
four, two EVM nodes of one chain, and two storage nodes with their logs. Each node has its own HTTP port
and computes what it reports; nothing is scripted. The networks stop when nodetop exits.

  --nodes N     nodes in the DAG network, 4 to 64 (default 4)
  --storage-nodes N  storage nodes, 0 to 8 (default 2)
  --seed N      the seed of links, latencies, vertices and blocks
  --port N      the nodes use the ports from N on, the control address the next one (default: free ports)
  --once        run the networks for some seconds, print one snapshot, and exit
  --serve       only run the networks, and print their addresses as JSON
  --mouse       report clicks and the wheel; M turns it on and off
  --screen-reader  no picture: what changes is printed in sentences
  --reduced-motion  change the picture every five seconds, and after a key

:tutorial leads from a partition to its alert, its cause and its recovery, in six steps.

To start a fault while the screen runs, send a request to the control address: http://127.0.0.1:7112 with
--port 7100 and 12 nodes; --serve prints it. GET lists all faults.
  curl -X POST http://127.0.0.1:7112/faults -H 'content-type: application/json' \\
    -d '{"fault":"partition","groups":[["dag-1","dag-2"],["evm-1"]]}'
  curl -X DELETE http://127.0.0.1:7112/faults

${settingsHelp}`;

/** Built beside the command line, as an entry of its own. */
const devnetEntry = fileURLToPath(new URL('../devnet.js', import.meta.url));
/** Long enough for the networks to have peers, rounds, blocks and finality. */
const warmUpMs = 4000;
const defaultSeed = 1;
const defaultStorageNodes = 2;
/** The most nodes, the control server and what storage nodes have beside still fit behind it. */
const mostBasePort = 65_400;

/** The screen over the embedded networks. */
export const demo: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			...formatFlags,
			nodes: { type: 'string' },
			storageNodes: { type: 'string' },
			seed: { type: 'string' },
			port: { type: 'string' },
			serve: { type: 'boolean' },
			mouse: { type: 'boolean' },
			screenReader: { type: 'boolean' },
			reducedMotion: { type: 'boolean' },
		});
		if (input.length > 0) {
			throw new UserError(`demo takes no nodes, but got ${input.join(' ')}`, {
				nextSteps: ['leave them out; to watch them, leave out the word demo'],
			});
		}
		context.signals?.handle();
		const devnet = await forkDevnet({
			entry: devnetEntry,
			version: context.version,
			nodes: wholeNumber('--nodes', flags.nodes, 4, 64) ?? 4,
			storageNodes: wholeNumber('--storage-nodes', flags.storageNodes, 0, 8) ?? defaultStorageNodes,
			basePort: wholeNumber('--port', flags.port, 1024, mostBasePort),
			seed: wholeNumber('--seed', flags.seed, 0, 2 ** 32 - 1) ?? defaultSeed,
		});
		const forget = await noteDemo(
			devnet.nodes.map(({ url }) => url),
			context,
		);
		try {
			if (flags.serve === true) return await serve(devnet, context);
			const nodeSpecs = devnet.nodes.map(({ name, url }) => `${name}=${url}`);
			const settings = await loadSettings({ flags, nodeSpecs, env: context.env });
			return await show(settings, devnet, flags, context);
		} finally {
			await Promise.all([forget(), devnet.stop()]);
		}
	},
};

async function show(
	loaded: Settings,
	devnet: Devnet,
	flags: Parameters<typeof printSnapshot>[1] &
		Pick<SettingsFlags, 'config' | 'profile'> & {
			readonly mouse?: boolean | undefined;
			readonly screenReader?: boolean | undefined;
			readonly reducedMotion?: boolean | undefined;
		},
	context: CommandContext,
): Promise<number> {
	const nodeOf = new Map(devnet.nodes.map((node) => [node.name, node]));
	const settings: Settings = {
		...loaded,
		profile: 'demo',
		targets: loaded.targets.map((target) => ({
			...target,
			...placesOf(nodeOf.get(target.name)),
			group: 'devnet',
			// The smallest of its networks has two nodes.
			minPeers: 1,
		})),
	};
	const isOnce = flags.once === true || !context.stdout.isTTY || context.env['TERM'] === 'dumb';
	if (isOnce) {
		await pause(warmUpMs, context.signal);
		return (await import('../once/once.ts')).printSnapshot(settings, flags, context);
	}
	requireKeyboard();
	return runOnTerminal({
		context,
		settings,
		targets: settings.targets,
		hint: undefined,
		flags,
		alertProfile: undefined,
		mouse: flags.mouse,
		screenReader: flags.screenReader,
		reducedMotion: flags.reducedMotion,
		demo: (deed) => {
			void askDevnet(devnet.controlUrl, deed, context.signal);
		},
	});
}

/** Of what kind a node is, and where it says more than at its address. */
function placesOf(node: Devnet['nodes'][number] | undefined): Partial<Settings['targets'][number]> {
	if (!node) return {};
	const { kind, log, metricsUrl, fallbackUrls = [] } = node;
	const fallbacks = fallbackUrls.map((url) => ({ url, shownUrl: url }));
	return { kind, ...defined({ log, metricsUrl }), ...(fallbacks.length > 0 && { fallbacks }) };
}

/** The halves of the DAG network in the tutorial. */
const tutorialFault = { fault: 'partition', groups: [['dag-1', 'dag-2']] };

/** Starts the tutorial's fault, or ends all faults. A control server that is gone has ended with its networks. */
async function askDevnet(
	controlUrl: string,
	deed: 'partition' | 'heal',
	signal: AbortSignal,
): Promise<void> {
	const request =
		deed === 'heal'
			? { method: 'DELETE' }
			: {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(tutorialFault),
				};
	await fetch(`${controlUrl}/faults`, { ...request, signal }).catch(() => undefined);
}

/** Prints where the networks are, as one line of JSON, and keeps them until interrupted. */
async function serve(devnet: Devnet, context: CommandContext): Promise<number> {
	const { controlUrl, nodes } = devnet;
	context.stdout.write(`${JSON.stringify({ control: controlUrl, nodes })}\n`);
	await aborted(context.signal);
	return 0;
}

function wholeNumber(
	flag: string,
	text: string | undefined,
	least: number,
	most: number,
): number | undefined {
	if (text === undefined) return undefined;
	const number = Number(text);
	if (/^\d+$/.test(text) && number >= least && number <= most) return number;
	throw new UserError(`${flag}: "${text}" is not a whole number from ${least} to ${most}`, {
		nextSteps: [`for example ${flag} ${least}`],
	});
}

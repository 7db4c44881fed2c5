import type { Command, CommandContext } from '../command.ts';
import { unknownVerb } from '../profile/profile.ts';
import { showNetworkStats, showTopology } from './stats.ts';
import { testNetwork } from './test.ts';
import { settingsHelp } from '../settings-flags.ts';

const help = `Usage
  nodetop network stats [NODE…] [--detailed] [--filter WORDS] [--interval D] [--json]
  nodetop network topology [NODE…] [--json]
  nodetop network test TEST [NODE…] [--json]

stats: connections by direction and state, messages by type, bandwidth and its share of the stated
capacity, latency, peers by client, version, address family and network, churn, queues, propagation.
  --detailed        print all figures of each node, instead of one line
  --filter WORDS    only these peers: direction=inbound client=geth !state=silent 10.0.
  --interval D      print again at this interval
  --from SITE       ask a nodetop that serves: a node of the profile or its address; answers at once
  --json            print one JSON document a line for each node (schema nodetop-network-stats/1)
Exits with 69 if no node answers.

topology: the connections between all watched nodes.

Tests of the path to the nodes, and between them:
  ping          TCP, TLS and HTTP times, loss, jitter     --count N  --every D
  latency       replies on an open connection             --count N  --every D
  bandwidth     download and upload                       --bytes N  --for D  --direction WHICH
  traceroute    hops, by the system’s traceroute, tracepath or mtr
  routing       the route to another watched node         --to NODE
  connectivity  a connection to every peer that the node lists
  stress        latency at a fixed rate                   --rate N  --for D

  --peer ID     test a peer of the node instead: ping, traceroute
  --from SITE   run the test on the machine of a nodetop that serves, towards its nodes
  --yes         do not ask before a heavy test of a public address
  --json        print one record a line (schema nodetop-nettest/1), and a summary last

nodetop tests only watched nodes and their peers, marks its requests (X-Nodetop-Test), and limits bytes,
time and connections. Each target gets at most 20 tests a minute, and 4 bandwidth or stress tests in 5
minutes, over all runs. With --read-only nodetop sends no tests.

${settingsHelp}Examples
  nodetop network test ping validator --count 100
  nodetop network test bandwidth validator --bytes 20000000 --json
`;

const subcommands: Readonly<Record<string, (context: CommandContext) => Promise<number>>> = {
	stats: showNetworkStats,
	topology: showTopology,
	test: testNetwork,
};

export const network: Command = {
	help,
	run(context) {
		const index = context.argv.findIndex((word) => !word.startsWith('-'));
		const word = context.argv[index];
		const run =
			word !== undefined && Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
		if (run) return run({ ...context, argv: context.argv.toSpliced(index, 1) });
		throw unknownVerb('network', word ?? '', Object.keys(subcommands));
	},
};

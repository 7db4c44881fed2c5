/**
 * What each built-in rule's alert means to the one who runs the node: what follows from it, and how bad
 * that is. Beside the rules, for it is the same whatever thresholds an operator gives them.
 */
export const meanings: Readonly<Record<string, string>> = {
	'node-down':
		'Nothing is known of this node now. It may have stopped, or only its port, its host or the line to it; its own alerts wait until it answers.',
	'no-data':
		'The node answers, but does not tell what it told before, so what depended on it is neither good nor bad.',
	'endpoint-failed':
		'One of the node’s addresses fails while another answers: it works, but part of it is not seen.',
	'poll-slow':
		'The node, its machine or the line to it is loaded. Whoever asks it waits as long as nodetop does.',
	'chain-changed':
		'The address answers for another network than before: a wrong configuration, or another node in its place.',
	'self-reported': 'The node itself says that it is not well; nodetop found no cause of its own.',
	'process-crashed':
		'The process ended without being told to, and does nothing until it is started.',
	'crash-loop': 'The process ends again soon after each start, so the node does no useful work.',
	'node-restarting':
		'The node does not stay up; between restarts it catches up instead of serving.',
	'own-connection-lost':
		'It is this machine that is cut off. The nodes may be well: nothing can be said of them from here.',
	'network-partitioned':
		'The nodes form sides that do not hear each other. Each side may finalize nothing, or what the other will not accept.',
	'network-forked':
		'The nodes follow different chains. What one side holds for final, the other may undo.',
	'network-stalled':
		'The whole network makes no progress. No single node is to blame, and restarting one will not help.',
	'versions-differ':
		'The nodes do not run the same version; at a hard fork the older ones would be left behind.',
	'clock-skewed':
		'The clock is wrong. Votes and blocks of such a node come too early or too late, and others may refuse them.',
	behind: 'The node works on a past that the others have left; what it answers is old.',
	'stands-still': 'The others go on while this node does not: the trouble is its own.',
	'consensus-stalled':
		'The node itself says that its consensus does not go on; nothing new becomes final there.',
	'no-progress': 'The node has not got on for longer than its pace explains.',
	'sync-stuck': 'The node wants to catch up and cannot; what it answers is old.',
	'head-old': 'The node has peers, and yet gets no new blocks; what it answers is old.',
	'block-time': 'Producers are missing or slow: transactions wait longer.',
	'finality-slow': 'Confirmations take longer; whoever waits for final results waits.',
	'finality-stuck':
		'Blocks come, but none is for good: transactions may still be undone. Nearly always validators of the network are missing.',
	'view-timeouts':
		'Leaders do not answer in time: some are down, slow or far. Each such view is time lost.',
	'view-changes':
		'Leadership changes often, so the group spends its time on that and not on blocks.',
	'leader-changes':
		'Each time it has no leader, the group takes no writes; members lose one another, or are too slow.',
	'safety-violated':
		'Something that consensus must never allow was seen. Until it is understood, no result of this network is to be trusted.',
	equivocation:
		'A participant signed two things that exclude each other: a fault, a key used twice, or an attack.',
	'safety-violated-before':
		'Consensus was violated once since the node started. It does not go on, but it was not explained either.',
	reorg: 'Blocks that were shown as done are undone; what relied on few confirmations may be void.',
	'throughput-low': 'The network takes in much less than it did an hour ago.',
	'orphans-high': 'Much of what is made is not built upon by anybody, and is lost work.',
	'tips-growing':
		'New vertices are not referred to by others: they spread too slowly, or not to all.',
	'vertices-missing': 'The node cannot judge what is built on vertices that it lacks.',
	'peers-none': 'The node is alone: it neither hears of anything new nor tells what it makes.',
	'peers-lost': 'Half of its peers went away at once. If more go, it will be alone.',
	'peer-latency-high':
		'What is new reaches the node late; as a leader or validator it comes too late.',
	'message-loss': 'What the node sends does not arrive, so others wait for it or ask again.',
	'latency-level-moved':
		'The path to the node became longer and stays so: its line, its host or the route. The node itself may be well.',
	'probe-loss':
		'Packets are lost between here and the node. Polls become slow and may fail, though the node may be well.',
	'route-changed': 'The path to the node is another one; latency and loss may differ from before.',
	'disk-low': 'When the disk is full, most nodes stop, and some damage their database.',
	'memory-low': 'When memory ends, the system ends a process, most often the largest: the node.',
	'cpu-busy': 'The machine has no room for more work; votes and blocks may come late.',
	'descriptors-high': 'At the limit the node can open neither files nor connections.',
	'audit-score-low':
		'The satellite found data missing or damaged. Too much of that is punished for good.',
	'suspension-score-low':
		'Audits end in errors that the satellite cannot explain; it may suspend the node.',
	'online-score-low': 'The node was away too often in the last 30 days; it may be suspended.',
	disqualified: 'The satellite takes and pays nothing any more, and keeps what it held back.',
	suspended:
		'The satellite gives no new data until audits succeed again; if they do not, it disqualifies.',
	'storage-full': 'The node takes no new data, and needs room even to delete.',
	'storage-overused':
		'The node stores more than it was given, at the cost of whatever else is on the disk.',
	'storage-forecast': 'There is still time: full it will take no new data.',
	'peers-few':
		'With few peers the node hears late, and whoever controls those few decides what it sees.',
	'peers-churn':
		'Peers do not stay: they refuse it, it loses its line, or the network is under attack.',
	'participation-low':
		'Without two thirds of the validators nothing is decided; with little more, each further loss stops the network.',
	'rounds-stalled':
		'Rounds pass and nothing becomes final: votes do not reach enough members in time.',
	'dag-inconsistent':
		'What the node holds contradicts itself: a fault of its software or of its disk. Do not rely on what it answers.',
	'branching-changed':
		'The DAG has another shape than before: participants are cut off, or somebody makes many vertices.',
	'storage-unreachable':
		'The data directory cannot be read: a disk that was not mounted, has failed, or lost its permissions. The node may stop at any moment.',
	'space-low': 'When it is full the node stops, and its data may be damaged.',
	'writes-slow': 'The disk is overloaded or about to fail; consensus waits for each write.',
	'data-corrupt':
		'Data on the disk is damaged. It does not heal by itself, and gets worse when the disk fails.',
	'memory-pressure':
		'Work waits for memory; before long the kernel ends some process, perhaps the node.',
	'cpu-throttled':
		'The node may not use the processor it needs, though the machine may be idle: its own limit holds it back.',
	'threads-high':
		'At the limit no thread can begin, and the node fails at something that has nothing to do with it.',
	'process-troubled': 'The process is stopped or gone; nothing it was asked to do gets done.',
	'not-listening':
		'The process runs or not, but nobody can connect to it: as good as down for its users.',
};

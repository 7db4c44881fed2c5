/** A program that is no node of a known kind, or a node at another of its addresses. */
export interface Stranger {
	/** With an article: `the web page of Grafana`. */
	readonly seems: string;
	readonly nextStep?: string;
}

interface Sign extends Stranger {
	readonly pattern: RegExp;
}

const noKind = 'nodetop has no kind for it: remove this node, or give the address of a known one';

/** First words of programs, over HTTP or as the bare bytes of a socket. */
const signs: readonly Sign[] = [
	{
		pattern: /INFO \{"server_id"|"server_id":.{0,400}"jetstream"|nats[-_. ]server|NATS\.io/is,
		seems: 'a NATS server',
		nextStep: noKind,
	},
	{ pattern: /\bSSH-\d/, seems: 'an SSH server', nextStep: 'check the port' },
	{ pattern: /(?:^|: )220[ -]/, seems: 'a mail or FTP server', nextStep: 'check the port' },
	{ pattern: /-ERR unknown command|-NOAUTH/, seems: 'a Redis server', nextStep: noKind },
	{
		pattern: /\/multistream\/1\.0\.0/,
		seems: 'a P2P port (libp2p)',
		nextStep: 'give the port of its API or its metrics, not the one that its peers use',
	},
	{ pattern: /Welcome to nginx/i, seems: 'nginx with nothing behind it' },
	{
		pattern: /\bGrafana\b/i,
		seems: 'the web page of Grafana',
		nextStep: 'give the node’s own address',
	},
	{
		pattern: /\bAlertmanager\b/i,
		seems: 'Alertmanager',
		nextStep: 'give the node’s own address; alerts go there by a channel',
	},
	{
		pattern: /Node Exporter/i,
		seems: 'the start page of node_exporter',
		nextStep: 'its metrics are below: add /metrics to the address',
	},
	{
		pattern: /\bPrometheus\b.{0,40}(?:Time Series|Server)|<title>Prometheus/is,
		seems: 'the web page of Prometheus',
		nextStep: 'give the address of the node that it reads, not its own',
	},
	{
		pattern: /\bmonero|"restricted":.{0,200}"untrusted"/is,
		seems: 'a Monero node',
		nextStep: noKind,
	},
	{
		pattern: /"code":\s*-326\d\d|method not found/i,
		seems: 'a JSON-RPC server of another kind, such as Bitcoin’s, Monero’s or Solana’s',
	},
];

/** Families of metrics, by the beginning of their names. */
const families: readonly Sign[] = [
	{
		pattern:
			/^(?:chain_head_(?:block|header)|txpool_pending|p2p_peers|geth_|eth_db_|rpc_duration_eth_)/m,
		seems: 'metrics of an Ethereum client (geth)',
		nextStep:
			'give the address of its RPC with the kind evm, as http://HOST:8545, and these as metricsUrl',
	},
	{
		pattern:
			/^(?:lodestar_|beacon_head_slot|lighthouse_|teku_|prysm_|nimbus_|libp2p_peers|beacon_(?:clock|finalized|current)_)/m,
		seems: 'metrics of a beacon node',
		nextStep:
			'give the address of its Beacon API: http://HOST:5052, 5051, 3500 or 9596, by the client',
	},
	{
		pattern: /^(?:reth_|besu_|ethereum_blockchain_height|nethermind_|erigon_|chain_execution)/m,
		seems: 'metrics of an Ethereum client',
		nextStep: 'give the address of its RPC with the kind evm, as http://HOST:8545',
	},
	{
		pattern: /^(?:cometbft_|tendermint_)/m,
		seems: 'metrics of CometBFT',
		nextStep: 'describe them under mappings in the configuration',
	},
	{
		pattern: /^substrate_/m,
		seems: 'metrics of a Substrate node',
		nextStep: 'describe them under mappings in the configuration',
	},
	{ pattern: /^prometheus_(?:tsdb|build_info|engine)/m, seems: 'metrics of Prometheus itself' },
	{ pattern: /^alertmanager_/m, seems: 'metrics of Alertmanager' },
	{ pattern: /^grafana_/m, seems: 'metrics of Grafana' },
	{ pattern: /^nats_|^gnatsd_|^jetstream_/m, seems: 'metrics of NATS' },
];

/** Ports that programs use for something else than what nodetop reads. */
const ports: Readonly<Record<string, string>> = {
	'30303': 'this is the port for peers: the RPC is usually at port 8545',
	'8551': 'this port is for the consensus client only: the RPC is usually at port 8545',
	'8546': 'this is the port for WebSockets: write ws://, or use port 8545',
	'9000': 'this may be the port for peers: a Beacon API is at 5052, 5051, 3500 or 9596',
	'2380': 'this is the port for peers: etcd answers clients at port 2379',
	'16111': 'this is the port for peers: Kaspa’s wRPC is at ws://HOST:18110 or 17110',
	'14265': 'this may need the path of the API: Hornet answers at http://HOST:14265',
	'9651': 'this is the port for peers: AvalancheGo answers at port 9650',
};

/** So much of an answer is looked at. */
const mostCharacters = 64 * 1024;

/** What the first words of an answer give away. */
export function strangerIn(answer: string): Stranger | undefined {
	return found(signs, answer.slice(0, mostCharacters));
}

/** What an exposition is of that no mapping knows, by the names in it. */
export function metricsStranger(exposition: string): Stranger | undefined {
	// Each comment and each sample begins a line: with the comments gone, names do.
	const names = exposition.slice(0, mostCharacters).replaceAll(/^# (?:TYPE|HELP) /gm, '');
	return found(families, names);
}

/** What a port is known for, where it is not what nodetop asks. */
export function portHint(address: string): string | undefined {
	const port = URL.parse(address)?.port ?? '';
	return Object.hasOwn(ports, port) ? ports[port] : undefined;
}

function found(all: readonly Sign[], text: string): Stranger | undefined {
	const sign = all.find(({ pattern }) => pattern.test(text));
	if (!sign) return undefined;
	const { seems, nextStep } = sign;
	return { seems, ...(nextStep !== undefined && { nextStep }) };
}

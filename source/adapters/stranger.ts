/** A program that is no node of a known kind, or a node at another of its addresses. */
export interface Stranger {
	/** With an article: `the web page of Grafana`. */
	readonly seems: string;
	readonly nextStep?: string;
}

interface Sign extends Stranger {
	readonly pattern: RegExp;
}

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

/** So much of an answer is looked at. */
const mostCharacters = 64 * 1024;

/** What an exposition is of that no mapping knows, by the names in it. */
export function metricsStranger(exposition: string): Stranger | undefined {
	// Each comment and each sample begins a line: with the comments gone, names do.
	const names = exposition.slice(0, mostCharacters).replaceAll(/^# (?:TYPE|HELP) /gm, '');
	return found(families, names);
}

function found(all: readonly Sign[], text: string): Stranger | undefined {
	const sign = all.find(({ pattern }) => pattern.test(text));
	if (!sign) return undefined;
	const { seems, nextStep } = sign;
	return { seems, ...(nextStep !== undefined && { nextStep }) };
}

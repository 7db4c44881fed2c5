/** Flags that came or went together. Several names stand in one text, divided by blanks. */
export interface FlagGroup {
	/** First release that knows them; absent where 1.10.0 did. */
	readonly since?: string;
	/** First release that refuses them: geth ends at a flag that it does not know. */
	readonly removedIn?: string;
	/** They take no value, or `=true` and `=false`. */
	readonly switches?: string;
	/** They take a value. */
	readonly values?: string;
}

/**
 * Global flags of geth 1.10.0 to 1.17.5, release by release, from its sources (cmd/utils/flags*.go,
 * internal/debug/flags.go at each tag). go-wemix stems from geth 1.10.
 */
export const gethFlagGroups: readonly FlagGroup[] = [
	{ removedIn: '1.10.4', switches: 'yolov3', values: 'override.berlin' },
	{ removedIn: '1.10.5', values: 'vm.evm vm.ewasm' },
	{ since: '1.10.4', removedIn: '1.10.8', switches: 'calaveras' },
	{
		removedIn: '1.10.9',
		switches: 'debug rpc',
		values: 'backtrace rpcaddr rpcapi rpccorsdomain rpcport rpcvhosts',
	},
	{
		since: '1.10.2',
		removedIn: '1.10.9',
		values: 'blockprofilerate cpuprofile memprofilerate pprofaddr pprofport',
	},
	{ since: '1.10.4', removedIn: '1.10.12', values: 'override.london' },
	{ since: '1.10.3', removedIn: '1.10.16', switches: 'catalyst' },
	{ since: '1.10.12', removedIn: '1.10.19', values: 'override.arrowglacier' },
	{ since: '1.10.19', removedIn: '1.10.22', values: 'override.grayglacier' },
	{ removedIn: '1.11.0', switches: 'ropsten', values: 'miner.gastarget' },
	{ since: '1.10.14', removedIn: '1.11.0', values: 'override.terminaltotaldifficulty' },
	{ since: '1.10.17', removedIn: '1.11.0', switches: 'kiln' },
	{ since: '1.10.19', removedIn: '1.11.0', switches: 'ignore-legacy-receipts' },
	{ since: '1.10.22', removedIn: '1.11.0', switches: 'override.terminaltotaldifficultypassed' },
	{
		removedIn: '1.12.0',
		switches: 'ethash.cacheslockmmap ethash.dagslockmmap fakepow miner.noverify',
		values:
			'ethash.cachedir ethash.cachesinmem ethash.cachesondisk ethash.dagdir ethash.dagsinmem ' +
			'ethash.dagsondisk miner.notify miner.threads',
	},
	{ since: '1.10.2', removedIn: '1.12.0', switches: 'miner.notify.full' },
	{ since: '1.11.0', removedIn: '1.12.0', values: 'override.shanghai' },
	{ removedIn: '1.12.1', switches: 'rinkeby ulc.onlyannounce', values: 'ulc.fraction ulc.servers' },
	{ removedIn: '1.14.9', switches: 'goerli' },
	{ since: '1.14.6', removedIn: '1.14.10', switches: 'collectwitness' },
	{ removedIn: '1.14.12', values: 'docroot' },
	{ removedIn: '1.15.0', values: 'trace' },
	{ since: '1.12.0', removedIn: '1.15.6', values: 'override.cancun' },
	{
		removedIn: '1.16.0',
		switches: 'light.nopruning light.nosyncserve',
		values: 'light.egress light.ingress light.maxpeers light.serve',
	},
	{ since: '1.15.6', removedIn: '1.16.1', values: 'override.prague' },
	{ since: '1.17.1', removedIn: '1.17.2', values: 'top' },
	{ since: '1.12.1', removedIn: '1.17.3', values: 'override.verkle' },
	{
		removedIn: '1.17.4',
		switches: 'allow-insecure-unlock metrics.expensive mine nousb v5disc',
		values:
			'cache.trie.journal cache.trie.rejournal miner.etherbase txlookuplimit unlock whitelist',
	},
	{ since: '1.10.2', removedIn: '1.17.4', switches: 'log.debug', values: 'log.backtrace' },
	{
		since: '1.11.0',
		removedIn: '1.17.4',
		switches: 'rpc.enabledeprecatedpersonal',
		values: 'miner.newpayload-timeout',
	},
	{
		switches:
			'cache.noprefetch cache.preimages dev exitwhensynced graphql http incompletes ipcdisable ' +
			'iterative lightkdf log.json mainnet metrics metrics.influxdb nocode nocompaction nodiscover ' +
			'nostorage pprof rpc.allow-unprotected-txs snapshot txpool.nolocals usb vmdebug ws',
		values:
			'bloomfilter.size bootnodes cache cache.database cache.gc cache.snapshot cache.trie datadir ' +
			'datadir.ancient datadir.minfreedisk dev.period discovery.dns ethstats exec gcmode gpo.blocks ' +
			'gpo.maxprice gpo.percentile graphql.corsdomain graphql.vhosts http.addr http.api http.corsdomain ' +
			'http.port http.rpcprefix http.vhosts identity ipcpath jspath keystore maxpeers maxpendpeers ' +
			'metrics.addr metrics.influxdb.database metrics.influxdb.endpoint metrics.influxdb.password ' +
			'metrics.influxdb.tags metrics.influxdb.username metrics.port miner.extradata miner.gaslimit ' +
			'miner.gasprice miner.recommit nat netrestrict networkid nodekey nodekeyhex password pcscdpath ' +
			'port pprof.addr pprof.blockprofilerate pprof.cpuprofile pprof.memprofilerate pprof.port preload ' +
			'rpc.gascap rpc.txfeecap signer syncmode txpool.accountqueue txpool.accountslots ' +
			'txpool.globalqueue txpool.globalslots txpool.journal txpool.lifetime txpool.locals ' +
			'txpool.pricebump txpool.pricelimit txpool.rejournal verbosity vmodule ws.addr ws.api ws.origins ' +
			'ws.port ws.rpcprefix',
	},
	{ since: '1.10.4', values: 'gpo.ignoreprice limit start' },
	{
		since: '1.10.8',
		switches: 'metrics.influxdbv2',
		values: 'metrics.influxdb.bucket metrics.influxdb.organization metrics.influxdb.token',
	},
	{ since: '1.10.10', values: 'rpc.evmtimeout' },
	{ since: '1.10.12', switches: 'sepolia' },
	{ since: '1.10.13', values: 'dev.gaslimit' },
	{
		since: '1.10.17',
		values: 'authrpc.addr authrpc.jwtsecret authrpc.port authrpc.vhosts eth.requiredblocks fdlimit',
	},
	{ since: '1.10.18', values: 'remotedb' },
	{ since: '1.10.20', values: 'discovery.port' },
	{ since: '1.10.22', values: 'cache.blocklogs' },
	{ since: '1.11.0', values: 'db.engine header log.file synctarget' },
	{
		since: '1.11.6',
		switches: 'log.compress log.rotate',
		values: 'log.format log.maxage log.maxbackups log.maxsize log.vmodule',
	},
	{ since: '1.12.0', values: 'crypto.kzg' },
	{
		since: '1.12.1',
		switches: 'discovery.v4 discovery.v5',
		values:
			'blobpool.datacap blobpool.datadir blobpool.pricebump rpc.batch-request-limit ' +
			'rpc.batch-response-max-size',
	},
	{
		since: '1.13.0',
		switches: 'holesky',
		values: 'history.state history.transactions state.scheme',
	},
	{
		since: '1.14.0',
		switches: 'beacon.nofilter',
		values:
			'beacon.api beacon.api.header beacon.checkpoint beacon.config beacon.genesis.gvroot ' +
			'beacon.genesis.time beacon.threshold blsync.engine.api blsync.jwtsecret ' +
			'miner.pending.feeRecipient vmtrace vmtrace.jsonconfig',
	},
	{ since: '1.15.0', values: 'go-execution-trace' },
	{
		since: '1.15.6',
		switches: 'history.logs.disable hoodi',
		values: 'history.chain history.logs history.logs.export',
	},
	{ since: '1.15.8', values: 'beacon.checkpoint.file' },
	{ since: '1.16.0', values: 'datadir.era' },
	{ since: '1.16.1', values: 'override.osaka' },
	{
		since: '1.16.4',
		switches: 'state.size-tracking stateless-self-validation vmwitnessstats',
		values: 'override.bpo1 override.bpo2 rpc.logquerylimit',
	},
	{ since: '1.16.6', values: 'override.genesis rpc.txsync.defaulttimeout rpc.txsync.maxtimeout' },
	{
		since: '1.17.0',
		switches: 'rpc.telemetry',
		values:
			'debug.logslowblock era.format history.trienode history.trienode.full-value-checkpoint ' +
			'miner.maxblobs rpc.rangelimit rpc.telemetry.endpoint rpc.telemetry.instance-id ' +
			'rpc.telemetry.password rpc.telemetry.sample-ratio rpc.telemetry.tags rpc.telemetry.username',
	},
	{ since: '1.17.1', values: 'metrics.influxdb.interval output' },
	{ since: '1.17.2', values: 'account' },
	{ since: '1.17.3', values: 'bintrie.groupdepth override.ubt' },
	{ since: '1.17.4', switches: 'snap.v2' },
	{
		since: '1.17.5',
		values:
			'blobpool.fetchprobability engine.maxreorgdepth gogc memorylimit override.amsterdam ' +
			'rpc.http-body-limit',
	},
];

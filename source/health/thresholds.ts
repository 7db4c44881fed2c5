/**
 * Where well ends: for the checks at each poll, for those on a schedule, and so for the alert rules
 * that ask for their findings.
 */
export const thresholds = {
	noProgressMs: 60_000,
	/** A chain whose blocks take long may stand still for so many of them. */
	noProgressIntervals: 10,
	headAgeWarningSeconds: 180,
	headAgeCriticalSeconds: 1800,
	finalityWarningMs: 30_000,
	/** Of its views, those that ended by a timeout. */
	timeoutsWarningRatio: 0.15,
	/** Without two thirds no group that tolerates faulty members decides anything. */
	participationCriticalRatio: 2 / 3,
	/** So long may rounds pass without anything becoming final. */
	stalledRoundsMs: 60_000,
	stalledRoundsLeast: 3,

	orphansWarningRatio: 0.2,
	tipGrowthWarningRatio: 3,
	/** Twice as many of a few tips are nothing. */
	tipGrowthLeast: 10,
	branchingWarningRatio: 3,

	minPeers: 3,
	peerLatencyWarningMs: 600,
	churnWarningRatio: 0.5,
	/** Half of a few peers is nothing. */
	churnLeast: 4,

	diskWarningRatio: 0.1,
	diskCriticalRatio: 0.05,
	/** Where a node tells what is free, and not of how much. */
	diskWarningBytes: 5 * 2 ** 30,
	diskCriticalBytes: 2 ** 30,
	storageWarningRatio: 0.05,
	storageCriticalRatio: 0.01,
	inodesWarningRatio: 0.05,
	/** Of etcd's own alerts on its log (etcdHighFsyncDurations, contrib/mixin/mixin.libsonnet of etcd). */
	writeWarningMs: 500,
	writeCriticalMs: 1000,
	auditScoreWarning: 0.98,
	auditScoreCritical: 0.97,

	memoryWarningRatio: 0.05,
	/** Share of a minute in which some task waited for memory; critical is systemd-oomd's own limit. */
	memoryPressureWarningRatio: 0.2,
	memoryPressureCriticalRatio: 0.6,
	cpuWarningRatio: 0.95,
	throttlingWarningRatio: 0.25,
	openFilesWarningRatio: 0.8,
	threadsWarningRatio: 0.8,
} as const;

/** A satellite that stores data on the nodes; ids and addresses are those of the public ones. */
export interface SatelliteInfo {
	readonly id: string;
	readonly url: string;
	/** Its share of a node's data and traffic. */
	readonly share: number;
	/** For so many days it has not reported what it stores. */
	readonly lateDays: number;
}

export const satelliteInfos: readonly SatelliteInfo[] = [
	{
		id: '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S',
		url: 'us1.storj.io:7777',
		share: 0.6,
		lateDays: 0,
	},
	{
		id: '12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs',
		url: 'eu1.storj.io:7777',
		share: 0.25,
		lateDays: 0,
	},
	{
		id: '121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6',
		url: 'ap1.storj.io:7777',
		share: 0.1,
		lateDays: 0,
	},
	{
		id: '1wFTAgs9DP5RSnCqKV1eLf6N9wtk4EAtmN5DpSxcs8EjT69tGE',
		url: 'saltlake.tardigrade.io:7777',
		share: 0.05,
		lateDays: 2,
	},
];

/** Cents for a TB, and for a TB and month. */
export const priceModel = {
	EgressBandwidth: 200,
	RepairBandwidth: 200,
	AuditBandwidth: 200,
	DiskSpace: 150,
} as const;

export interface StorjSettings {
	readonly allocatedBytes: number;
	/** What a node stores when the network begins. */
	readonly storedBytes: number;
	readonly growthBytesPerDay: number;
	/** For how long satellites know the nodes. */
	readonly ageMonths: number;
	readonly transfersPerSecond: number;
	/** Mean time between two audits of a node. */
	readonly auditMs: number;
}

export const usualSettings: StorjSettings = {
	allocatedBytes: 9e12,
	storedBytes: 5.4e12,
	growthBytesPerDay: 1.2e10,
	ageMonths: 14,
	transfersPerSecond: 1.2,
	auditMs: 8000,
};

/** The node fills gaps in storage reports itself from the second version on. */
export const versions = { before: '1.161.2', after: '1.162.1' } as const;

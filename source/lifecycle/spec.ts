import * as z from 'zod';

/** How often and when a node is started again. */
export const policySchema = z.strictObject({
	autoRestart: z.boolean(),
	/** Restarts in a row until a person is needed. */
	maxRestarts: z.int().min(0).max(1000),
	firstWaitMs: z.int().min(10),
	longestWaitMs: z.int(),
	/** A run as long as this starts the count anew. */
	stableMs: z.int(),
	/** Unhealthy checks in a row after which it is restarted; 0 is never. */
	restartUnhealthy: z.int().min(0),
});

export type Policy = z.infer<typeof policySchema>;

export const defaultPolicy: Policy = {
	autoRestart: true,
	maxRestarts: 5,
	firstWaitMs: 5000,
	longestWaitMs: 300_000,
	stableMs: 600_000,
	restartUnhealthy: 0,
};

export const healthSettingsSchema = z.strictObject({
	intervalMs: z.int().min(100),
	timeoutMs: z.int().min(10),
	minPeers: z.int().min(0),
	/** Where the node answers JSON-RPC, when its arguments do not say it. */
	rpcUrl: z.string().max(2048).optional(),
});

export type HealthSettings = z.infer<typeof healthSettingsSchema>;

export const defaultHealthSettings: HealthSettings = {
	intervalMs: 30_000,
	timeoutMs: 5000,
	minPeers: 1,
};

/** What is run and how, as `start` was told. Kept for restarts and for `start` without arguments. */
export const specSchema = z.strictObject({
	name: z.string(),
	/** The program and its arguments. */
	command: z.array(z.string()).min(1),
	cwd: z.string(),
	/** Beside the environment of the supervisor. */
	env: z.record(z.string(), z.string()),
	envFile: z.string().optional(),
	graceMs: z.int(),
	policy: policySchema,
	health: healthSettingsSchema,
});

export type Spec = z.infer<typeof specSchema>;

export const defaultGraceMs = 300_000;

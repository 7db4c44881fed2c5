import * as z from 'zod';
import type { Connection } from './connection.ts';
import type { Secret } from './secret.ts';
import { severities } from './words.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const maxPolicyMs = 7 * 24 * hourMs;
const wait = z.int().min(0).max(maxPolicyMs);
const interval = z.int().min(secondMs).max(maxPolicyMs);

/**
 * When a channel is notified, and how often: for each key its schema, its default and its meaning. The
 * configuration, its JSON Schema and the table in docs/channels.md are made from this.
 */
export const policyFields = {
	minSeverity: {
		schema: z.enum(severities),
		standard: 'warning',
		meaning: 'the least severe alerts that are sent',
	},
	sendResolved: {
		schema: z.boolean(),
		standard: true,
		meaning: 'whether the end of an alert that was sent is sent too',
	},
	groupBy: {
		schema: z.array(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'is not the name of a label' })),
		standard: ['rule', 'group'],
		meaning:
			'alerts that have the same values of these labels share a message; `rule` and `severity` count as labels',
	},
	groupWaitMs: {
		schema: wait,
		standard: 30 * secondMs,
		meaning: 'how long the first alert of a group waits for others',
	},
	criticalGroupWaitMs: {
		schema: wait,
		standard: 0,
		meaning: 'the same for a critical alert',
	},
	groupIntervalMs: {
		schema: wait,
		standard: 5 * minuteMs,
		meaning:
			'shortest time between two messages of a group; a new critical alert waits at most `groupWaitMs`',
	},
	repeatIntervalMs: {
		schema: interval,
		standard: 4 * hourMs,
		meaning: 'how often alerts that still fire are sent again',
	},
	criticalRepeatIntervalMs: {
		schema: interval,
		standard: hourMs,
		meaning: 'the same for critical alerts',
	},
	burst: {
		schema: z.int().min(1).max(1000),
		standard: 10,
		meaning: 'number of messages that may be sent at once (a token bucket)',
	},
	messagesPerMinute: {
		schema: z.int().min(1).max(6000),
		standard: 20,
		meaning: 'number of messages a minute after such a burst',
	},
	timeoutMs: {
		schema: z
			.int()
			.min(100)
			.max(5 * minuteMs),
		standard: 10 * secondMs,
		meaning: 'time limit of one attempt',
	},
	giveUpAfterMs: {
		schema: interval,
		standard: 24 * hourMs,
		meaning: 'how long nodetop tries to deliver a message',
	},
} as const satisfies Readonly<
	Record<string, { schema: z.ZodType; standard: unknown; meaning: string }>
>;

type PolicyFields = typeof policyFields;
/** When a channel is notified, and how often. `policyFields` says what each key means. */
export type ChannelPolicy = {
	readonly [Key in keyof PolicyFields]: Readonly<z.infer<PolicyFields[Key]['schema']>>;
};

/** The policy, unless the profile or the kind of channel overrides it. */
export const defaultPolicy = Object.fromEntries(
	Object.entries(policyFields).map(([key, { standard }]): [string, unknown] => [key, standard]),
	// Each standard value fits the schema beside it, from which the type is made.
) as ChannelPolicy;

/** The settings that every channel has, complete; an object of one kind also has that kind's own. Frozen. */
export interface Channel extends ChannelPolicy {
	/** The name of its kind in the registry. */
	readonly type: string;
	/** Unique in the profile. */
	readonly name: string;
	/** From the kind: muted alerts are repeated too, because the receiver takes silence for the end of an alert. */
	readonly remindsWhileMuted: boolean;
	/** How its server is reached; absent for kinds that send nothing over a network. */
	readonly connection?: Connection | undefined;
}

/**
 * How a secret is written in the configuration: `address` is the text of an HTTP address in KEY, or in a file named by
 * KEYFile, and one of them is required; `text` is the same for any text, and optional; `headers` is an
 * object of header names and values.
 */
export type SecretForm = 'address' | 'text' | 'headers';

type SecretForms = Readonly<Record<string, SecretForm>>;

/** The secrets of a channel, read: `${NAME}` filled in, files read, addresses checked. */
type ReadSecrets<Forms extends SecretForms> = {
	readonly [Key in keyof Forms]: {
		readonly address: Secret;
		readonly text: Secret | undefined;
		readonly headers: Readonly<Record<string, Secret>> | undefined;
	}[Forms[Key]];
};

interface Settings<Shape extends z.ZodRawShape, Forms extends SecretForms, Own extends object> {
	/** Keys of the configuration that only this kind has. None of them holds a secret. */
	readonly keys: Shape;
	/** Keys that hold secrets: shown as `***`, and read only by commands that deliver alerts. */
	readonly secrets: Forms;
	/** Where the kind differs from `defaultPolicy`. */
	readonly policy?: Partial<ChannelPolicy>;
	readonly remindsWhileMuted?: boolean;
	/** Whether it sends over a network: then `proxy` and certificates can be configured. */
	readonly isRemote?: boolean;
	/** For the documentation: when a message counts as delivered, and when sending is tried again. */
	readonly delivered: string;
	/** Problems of keys in combination, as text without values; `given` has the secrets that are set. */
	problemsOf?(
		entry: z.infer<z.ZodObject<Shape>>,
		given: ReadonlySet<keyof Forms>,
	): readonly string[];
	/** The settings for the sender, beside those of every channel, with defaults filled in. */
	settle(entry: z.infer<z.ZodObject<Shape>>, secrets: ReadSecrets<Forms>): Own;
}

/** The settings of one kind of channel, for the configuration, which knows no kind by name. */
export interface ChannelSettings extends Omit<
	Settings<z.ZodRawShape, SecretForms, object>,
	'problemsOf' | 'settle'
> {
	// `never`: each kind takes its own entry. The caller has checked it against the kind's own keys.
	problemsOf?(entry: never, given: ReadonlySet<string>): readonly string[];
	settle(entry: never, secrets: never): object;
}

/** Every kind of channel by its name, for the configuration. */
export type ChannelKinds = Readonly<Record<string, { readonly settings: ChannelSettings }>>;

/** Returns the settings unchanged; the parameters of `settle` get their types from `keys` and `secrets`. */
export function defineSettings<
	Shape extends z.ZodRawShape,
	const Forms extends SecretForms,
	Own extends object,
>(settings: Settings<Shape, Forms, Own>): Settings<Shape, Forms, Own> {
	return settings;
}

/** The outside monitor that raises an alarm when nodetop itself stops. */
export interface HeartbeatSettings {
	/** Anyone who knows it can send a heartbeat. */
	readonly url: Secret;
	readonly method: 'GET' | 'POST';
	/** Shortest time between two heartbeats. */
	readonly intervalMs: number;
	readonly timeoutMs: number;
}

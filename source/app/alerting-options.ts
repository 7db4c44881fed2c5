import type { Lock } from '../domain/lock.ts';
import type { TerminalPort } from '../alerts/delivery/sender.ts';
import type { Transition } from '../alerts/evaluation.ts';
import type { Quiet } from '../alerts/mutes.ts';
import type { Channel, HeartbeatSettings } from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** The settings of alerting, which may be replaced while it runs. */
export interface AlertSettings {
	readonly rules: RuleSet;
	readonly quiet: Quiet;
	/** Without channels there is no delivery, only the state. */
	readonly channels: readonly Channel[];
	readonly heartbeat?: HeartbeatSettings | undefined;
}

export interface AlertingOptions {
	readonly fleet: Fleet;
	/** The directory of the profile's alerts; made with mode 0700. */
	readonly directory: string;
	/** The lock of the directory, if the caller holds it already; `close` releases it all the same. */
	readonly lock?: Lock | undefined;
	readonly settings: AlertSettings;
	/** Flags that select the profile in a command, such as `--profile mainnet`. */
	readonly commandFlags?: readonly string[] | undefined;
	/** Whether the history of the profile is kept on disk: alerts then name the command that replays it. */
	readonly hasHistory?: boolean | undefined;
	readonly env: NodeJS.ProcessEnv;
	/** The clock of this machine when absent. */
	readonly clock?: Clock | undefined;
	readonly terminal?: TerminalPort | undefined;
	/** Takes a line for the person who runs nodetop. */
	readonly warn: (message: string) => void;
	/** Awaited after each write of the state and of the journal, before anything is sent. */
	readonly afterWrite?: (() => Promise<void>) | undefined;
	/** Asked before each attempt to send: whether it is still this process that does. */
	readonly maySend?: (() => boolean) | undefined;
	/** Whether an alert may be told, by its fingerprint; one that was told before is not asked about. */
	readonly isConfirmed?: ((fingerprint: string) => boolean) | undefined;
	/** Called for each change of an alert, once it is on disk. */
	readonly onTransition?: ((transition: Transition) => void) | undefined;
	/** Called for a bug in an evaluation; evaluation goes on. */
	readonly reportBug: (error: unknown) => void;
}

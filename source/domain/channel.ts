import type { Secret } from './secret.ts';
import type { Severity } from './words.ts';

/** When a channel is told, and how often. */
interface ChannelPolicy {
	/** Unique in the profile. */
	readonly name: string;
	/** Alerts below it are not told. */
	readonly minSeverity: Severity;
	/** Whether the end of what was told is told too. */
	readonly sendResolved: boolean;
	/** Alerts alike in these labels share a message; `rule` and `severity` count as labels. */
	readonly groupBy: readonly string[];
	/** How long the first alert of a group waits for others. */
	readonly groupWaitMs: number;
	/** The same for a critical one. */
	readonly criticalGroupWaitMs: number;
	/** Between two messages of one group; a new critical alert waits `groupWaitMs` at most. */
	readonly groupIntervalMs: number;
	/** After which a message about what still fires is repeated. */
	readonly repeatIntervalMs: number;
	readonly criticalRepeatIntervalMs: number;
	/** Token bucket: so many messages at once, and so many a minute. */
	readonly burst: number;
	readonly messagesPerMinute: number;
	/** How long one attempt may take. */
	readonly timeoutMs: number;
	/** A message that could not be delivered for so long is given up. */
	readonly giveUpAfterMs: number;
}

export interface EmailChannel extends ChannelPolicy {
	readonly type: 'email';
	readonly host: string;
	readonly port: number;
	/** TLS from the start, TLS by STARTTLS or not at all, or none. */
	readonly security: 'tls' | 'starttls' | 'none';
	readonly user?: string | undefined;
	readonly password?: Secret | undefined;
	readonly from: string;
	readonly to: readonly string[];
}

export interface SlackChannel extends ChannelPolicy {
	readonly type: 'slack';
	/** Who knows it may post. */
	readonly url: Secret;
}

export interface DiscordChannel extends ChannelPolicy {
	readonly type: 'discord';
	/** Who knows it may post. */
	readonly url: Secret;
}

export interface WebhookChannel extends ChannelPolicy {
	readonly type: 'webhook';
	readonly url: Secret;
	/** Sent as bearer token. */
	readonly token?: Secret | undefined;
	readonly headers?: Readonly<Record<string, Secret>> | undefined;
	/** Key of the HMAC-SHA256 signature. */
	readonly signingSecret?: Secret | undefined;
}

export interface AlertmanagerChannel extends ChannelPolicy {
	readonly type: 'alertmanager';
	/** Its address, without `/api/v2`. */
	readonly url: Secret;
	readonly token?: Secret | undefined;
	readonly headers?: Readonly<Record<string, Secret>> | undefined;
}

export interface CommandChannel extends ChannelPolicy {
	readonly type: 'command';
	/** The program and its arguments; no shell reads them. */
	readonly argv: readonly string[];
}

export interface TerminalChannel extends ChannelPolicy {
	readonly type: 'terminal';
	readonly bell: boolean;
	/** Which escape sequence notifies the desktop. */
	readonly notification: 'osc9' | 'osc777' | 'none';
}

/** Where alerts are delivered, as the configuration settled it. Frozen after load. */
export type Channel =
	| EmailChannel
	| SlackChannel
	| DiscordChannel
	| WebhookChannel
	| AlertmanagerChannel
	| CommandChannel
	| TerminalChannel;

export type ChannelType = Channel['type'];

/** The outside watcher that alarms when nodetop itself falls silent. */
export interface HeartbeatSettings {
	/** Who knows it may beat. */
	readonly url: Secret;
	readonly method: 'GET' | 'POST';
	/** Between two beats, at least. */
	readonly intervalMs: number;
	readonly timeoutMs: number;
}

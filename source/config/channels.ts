import type { Channel, HeartbeatSettings } from '../domain/channel.ts';
import { exitCodes, UserError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { ChannelEntry, HeartbeatEntry } from './channels-schema.ts';
import type { Warn } from './file.ts';
import { gather } from './load.ts';
import type { LoadOptions } from './load.ts';
import { readSecret, readHeaders } from './secrets.ts';
import type { SecretSources } from './secrets.ts';
import { profileOf } from './settle.ts';

/** Where the alerts of a profile go. Frozen. */
export interface AlertRoutes {
	readonly profile: string;
	readonly channels: readonly Channel[];
	readonly heartbeat: HeartbeatSettings | undefined;
}

type Policy = Omit<Channel, 'type' | 'name'>;

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** When a channel is told unless the profile says otherwise. */
export const defaultPolicy: Policy = {
	minSeverity: 'warning',
	sendResolved: true,
	groupBy: ['rule', 'group'],
	groupWaitMs: 30_000,
	criticalGroupWaitMs: 0,
	groupIntervalMs: 5 * minuteMs,
	repeatIntervalMs: 4 * hourMs,
	criticalRepeatIntervalMs: hourMs,
	burst: 10,
	messagesPerMinute: 20,
	timeoutMs: 10_000,
	giveUpAfterMs: 24 * hourMs,
};

/** Alertmanager groups and repeats by itself, and takes for ended what it does not hear of (5 min). */
const alertmanagerPolicy: Policy = {
	...defaultPolicy,
	minSeverity: 'info',
	groupBy: [],
	groupWaitMs: 0,
	groupIntervalMs: 1000,
	repeatIntervalMs: minuteMs,
	criticalRepeatIntervalMs: minuteMs,
	burst: 60,
	messagesPerMinute: 60,
};

const smtpPorts = { tls: 465, starttls: 587, none: 25 } as const;

/**
 * The channels and the heartbeat of the profile in use, with their secrets read. Only what delivers
 * alerts calls it: no other command needs those secrets. Throws `UserError` naming the key that is
 * wrong or the variable that is missing, never a value.
 */
export async function loadAlertRoutes(
	options: Omit<LoadOptions, 'nodeSpecs'>,
): Promise<AlertRoutes> {
	const { env, homeDir, warn = warnOnStderr } = options;
	const { file, config, choices } = await gather({ ...options, nodeSpecs: [] });
	const profile = choices.profile.value;
	const { channels = {}, heartbeat } = profileOf(config ?? {}, profile) ?? {};
	const sources: SecretSources = { env, homeDir, warn, configPath: file.path };
	const where = `profiles.${profile}`;
	const settled = await Promise.all(
		Object.entries(channels).map(([name, entry]) =>
			settleChannel(name, entry, `${where}.channels.${name}`, sources),
		),
	);
	return Object.freeze({
		profile,
		channels: Object.freeze(settled.map((channel) => Object.freeze(channel))),
		heartbeat: heartbeat && (await settleHeartbeat(heartbeat, `${where}.heartbeat`, sources)),
	});
}

async function settleChannel(
	name: string,
	entry: ChannelEntry,
	where: string,
	sources: SecretSources,
): Promise<Channel> {
	const base = { name, ...policyOf(entry) };
	switch (entry.type) {
		case 'email': {
			const { type, host, user, from, to, security = 'starttls' } = entry;
			const secretText = { text: entry.password, file: entry.passwordFile };
			const password = await readSecret(secretText, `${where}.password`, sources);
			const port = entry.port ?? smtpPorts[security];
			return { ...base, type, host, port, security, user, password, from, to };
		}
		case 'slack':
		case 'discord':
			return { ...base, type: entry.type, url: await readUrl(entry, where, sources) };
		case 'webhook': {
			const signing = { text: entry.signingSecret, file: entry.signingSecretFile };
			const signingSecret = await readSecret(signing, `${where}.signingSecret`, sources);
			return { ...base, type: entry.type, ...(await access(entry, where, sources)), signingSecret };
		}
		case 'alertmanager':
			return { ...base, type: entry.type, ...(await access(entry, where, sources)) };
		case 'command':
			return { ...base, type: entry.type, argv: entry.argv };
		case 'terminal': {
			const { type, bell = true, notification = 'osc9' } = entry;
			return { ...base, type, bell, notification };
		}
	}
}

function policyOf(entry: ChannelEntry): Policy {
	const defaults = entry.type === 'alertmanager' ? alertmanagerPolicy : defaultPolicy;
	const chosen = Object.keys(defaults).flatMap((key) => {
		const value = entry[key as keyof Policy];
		return value === undefined ? [] : [[key, value]];
	});
	// The schema gives these keys the types that Policy gives them.
	return { ...defaults, ...(Object.fromEntries(chosen) as Partial<Policy>) };
}

async function access(
	entry: Extract<ChannelEntry, { type: 'webhook' | 'alertmanager' }>,
	where: string,
	sources: SecretSources,
): Promise<Pick<Extract<Channel, { type: 'alertmanager' }>, 'url' | 'token' | 'headers'>> {
	const { token, tokenFile, headers } = entry;
	return {
		url: await readUrl(entry, where, sources),
		token: await readSecret({ text: token, file: tokenFile }, `${where}.token`, sources),
		headers: readHeaders(headers, where, sources),
	};
}

async function readUrl(
	{ url, urlFile }: { readonly url?: string | undefined; readonly urlFile?: string | undefined },
	where: string,
	sources: SecretSources,
): Promise<Secret> {
	const secret = await readSecret({ text: url, file: urlFile }, `${where}.url`, sources);
	const protocol = URL.parse(secret?.reveal().trim() ?? '')?.protocol;
	if (secret !== undefined && (protocol === 'http:' || protocol === 'https:')) return secret;
	throw new UserError(`${where}.url: this is no address with http:// or https://`, {
		nextSteps: ['check what the variable or the file holds'],
		exitCode: exitCodes.config,
	});
}

async function settleHeartbeat(
	entry: HeartbeatEntry,
	where: string,
	sources: SecretSources,
): Promise<HeartbeatSettings> {
	const { method = 'GET', intervalMs = minuteMs, timeoutMs = 10_000 } = entry;
	return Object.freeze({
		url: await readUrl(entry, where, sources),
		method,
		intervalMs,
		timeoutMs,
	});
}

const warnOnStderr: Warn = (message) => {
	process.stderr.write(`nodetop: ${message}\n`);
};

import { defaultPolicy } from '../domain/channel.ts';
import type {
	Channel,
	ChannelPolicy,
	ChannelSettings,
	HeartbeatSettings,
	SecretForm,
} from '../domain/channel.ts';
import type { Connection } from '../domain/connection.ts';
import { defined } from '../domain/defined.ts';
import { Secret } from '../domain/secret.ts';
import type { ChannelEntry } from './channels-schema.ts';
import { settleProxy, unusedProxyOf } from './connections.ts';
import { settleHeartbeat } from './heartbeat.ts';
import { readHttpAddress } from './http-address.ts';
import { gather, warnOnStderr } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { ConfigFormat } from './schema.ts';
import { readHeaders, readSecret, readTlsFiles } from './secrets.ts';
import type { SecretSources } from './secrets.ts';
import { profileOf } from './settle.ts';

/** Where the alerts of a profile go. Frozen. */
export interface AlertRoutes {
	readonly profile: string;
	readonly channels: readonly Channel[];
	readonly heartbeat: HeartbeatSettings | undefined;
}

/**
 * The channels and the heartbeat of the profile in use, with their secrets read. Only what delivers
 * alerts calls it: no other command needs those secrets. Throws `UserError` naming the key that is
 * wrong or the variable that is missing, never a value.
 */
export async function loadAlertRoutes(
	format: ConfigFormat,
	options: Omit<LoadOptions, 'nodeSpecs'>,
): Promise<AlertRoutes> {
	const { env, homeDir, warn = warnOnStderr } = options;
	const { file, config, choices } = await gather(format, { ...options, nodeSpecs: [] });
	const profile = choices.profile.value;
	const { channels = {}, heartbeat } = profileOf(config ?? {}, profile) ?? {};
	const sources: SecretSources = { env, homeDir, warn, configPath: file.path };
	const where = `profiles.${profile}`;
	const settled = await Promise.all(
		Object.entries(channels).map(async ([name, entry]) => {
			const kind = format.channelKinds[entry.type];
			if (kind === undefined)
				throw new TypeError(`${entry.type} passed the schema, and is no kind`);
			return settleChannel(name, entry, kind.settings, `${where}.channels.${name}`, sources);
		}),
	);
	return Object.freeze({
		profile,
		channels: Object.freeze(settled),
		heartbeat: heartbeat && (await settleHeartbeat(heartbeat, `${where}.heartbeat`, sources)),
	});
}

async function settleChannel(
	name: string,
	entry: ChannelEntry,
	settings: ChannelSettings,
	where: string,
	sources: SecretSources,
): Promise<Channel> {
	const secrets = await readSecretsOf(entry, settings, where, sources);
	const connection =
		settings.isRemote === true && (await connectionOf(entry, secrets, where, sources));
	return Object.freeze({
		// The schema has checked the entry against this kind, and each secret has the type of its form.
		...settings.settle(entry as never, secrets as never),
		...policyOf(entry, settings),
		name,
		type: entry.type,
		remindsWhileMuted: settings.remindsWhileMuted ?? false,
		...(connection && { connection }),
	});
}

/** How its server is reached. A channel whose address is secret is compared with NO_PROXY all the same. */
async function connectionOf(
	entry: ChannelEntry,
	secrets: object,
	where: string,
	sources: SecretSources,
): Promise<Connection> {
	// The schema gives these keys text.
	const [proxy, certFile, keyFile, caFile, host] = [
		'proxy',
		'certFile',
		'keyFile',
		'caFile',
		'host',
	].map((key) => entry[key] as string | undefined);
	const { tls } = await readTlsFiles({ certFile, keyFile, caFile }, where, sources);
	if (proxy !== undefined) {
		return Object.freeze({
			...defined({ tls }),
			proxy: settleProxy(proxy, `${where}.proxy`, sources.env),
		});
	}
	const url =
		'url' in secrets && secrets.url instanceof Secret ? secrets.url.reveal() : `smtp://${host}`;
	return Object.freeze(defined({ tls, unusedProxy: unusedProxyOf(url, sources.env) }));
}

async function readSecretsOf(
	entry: ChannelEntry,
	settings: ChannelSettings,
	where: string,
	sources: SecretSources,
): Promise<object> {
	// The schema gives these keys text, or texts by name.
	const given = (key: string) => ({
		text: entry[key] as string | undefined,
		file: entry[`${key}File`] as string | undefined,
	});
	const read: Readonly<Record<SecretForm, (key: string, path: string) => unknown>> = {
		address: (key, path) => readHttpAddress(given(key), path, sources),
		text: (key, path) => readSecret(given(key), path, sources),
		headers: (key) =>
			readHeaders(entry[key] as Readonly<Record<string, string>> | undefined, where, sources),
	};
	const pairs = Object.entries(settings.secrets).map(async ([key, form]) => [
		key,
		await read[form](key, `${where}.${key}`),
	]);
	return Object.fromEntries(await Promise.all(pairs));
}

function policyOf(entry: ChannelEntry, { policy }: ChannelSettings): ChannelPolicy {
	const defaults = { ...defaultPolicy, ...policy };
	const settled = Object.entries(defaults).map(([key, value]) => [key, entry[key] ?? value]);
	// The schema gives these keys the types that the policy has.
	return Object.fromEntries(settled) as ChannelPolicy;
}

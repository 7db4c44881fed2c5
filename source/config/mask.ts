import { showAddress } from './address.ts';
import type { ChannelEntry } from './channels-schema.ts';
import type { HeartbeatEntry } from './heartbeat.ts';
import type { ConfigFile, ConfigFormat, NodeEntry, Profile } from './schema.ts';
import type { PeerEntry } from './peers-schema.ts';
import type { ServeEntry } from './serve-schema.ts';

const mask = '***';
const onlyReference = /^\$\{[A-Za-z_]\w*\}$/;

/**
 * The configuration as it may be shown: tokens and header values are `***` unless they only name a
 * variable, addresses have their credentials masked. Keys keep their order.
 */
export function maskConfig(format: ConfigFormat, config: ConfigFile): ConfigFile {
	const { profiles } = config;
	if (profiles === undefined) return config;
	return { ...config, profiles: mapValues(profiles, (profile) => maskProfile(format, profile)) };
}

function maskProfile(format: ConfigFormat, profile: Profile): Profile {
	const { nodes, channels, heartbeat, serve, peers } = profile;
	return {
		...profile,
		...(nodes !== undefined && { nodes: nodes.map(maskNode) }),
		...(channels !== undefined && {
			channels: mapValues(channels, (channel) => maskChannel(format, channel)),
		}),
		...(heartbeat !== undefined && { heartbeat: maskHeartbeat(heartbeat) }),
		...(serve !== undefined && { serve: maskServe(serve) }),
		...(peers !== undefined && { peers: peers.map(maskPeer) }),
	};
}

function maskChannel({ channelKinds }: ConfigFormat, channel: ChannelEntry): ChannelEntry {
	const secrets = channelKinds[channel.type]?.settings.secrets ?? {};
	const masked = Object.entries(channel).map(([key, value]) => [
		key,
		secrets[key] === undefined ? shownKey(key, value) : maskValue(value),
	]);
	// Each key keeps its type, so this is an entry again.
	return Object.fromEntries(masked) as ChannelEntry;
}

/** A proxy may hold credentials, beside what else it says. */
export function shownKey(key: string, value: unknown): unknown {
	return key === 'proxy' && typeof value === 'string' ? showAddress(value) : value;
}

/** A secret, or secrets by name, as headers are. */
function maskValue(value: unknown): unknown {
	if (typeof value === 'string') return maskSecret(value);
	if (typeof value !== 'object' || value === null) return mask;
	return mapValues(Object.fromEntries(Object.entries(value)), maskValue);
}

function maskHeartbeat(heartbeat: HeartbeatEntry): HeartbeatEntry {
	return { ...heartbeat, ...(heartbeat.url !== undefined && { url: maskSecret(heartbeat.url) }) };
}

function maskPeer(peer: PeerEntry): PeerEntry {
	const { url, token } = peer;
	return {
		...peer,
		url: showAddress(url),
		...(token !== undefined && { token: maskSecret(token) }),
	};
}

function maskServe(serve: ServeEntry): ServeEntry {
	const { tokens } = serve;
	if (tokens === undefined) return serve;
	const masked = mapValues(tokens, ({ token, ...rest }) => ({
		...rest,
		...(token !== undefined && { token: maskSecret(token) }),
	}));
	return { ...serve, tokens: masked };
}

function maskNode(node: NodeEntry): NodeEntry {
	const { fallbackUrls, metricsUrl, proxy, token, headers } = node;
	return {
		...node,
		url: showAddress(node.url),
		...(fallbackUrls !== undefined && { fallbackUrls: fallbackUrls.map(showAddress) }),
		...(metricsUrl !== undefined && { metricsUrl: showAddress(metricsUrl) }),
		...(proxy !== undefined && { proxy: showAddress(proxy) }),
		...(token !== undefined && { token: maskSecret(token) }),
		...(headers !== undefined && { headers: mapValues(headers, maskSecret) }),
	};
}

function maskSecret(value: string): string {
	return onlyReference.test(value) ? value : mask;
}

function mapValues<From, To>(
	record: Readonly<Record<string, From>>,
	change: (value: From) => To,
): Record<string, To> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

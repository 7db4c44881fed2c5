import { showAddress } from './address.ts';
import type { ChannelEntry, HeartbeatEntry } from './channels-schema.ts';
import type { ConfigFile, NodeEntry, Profile } from './schema.ts';

const mask = '***';
const onlyReference = /^\$\{[A-Za-z_]\w*\}$/;

/**
 * The configuration as it may be shown: tokens and header values are `***` unless they only name a
 * variable, addresses have their credentials masked. Keys keep their order.
 */
export function maskConfig(config: ConfigFile): ConfigFile {
	const { profiles } = config;
	if (profiles === undefined) return config;
	return { ...config, profiles: mapValues(profiles, maskProfile) };
}

function maskProfile(profile: Profile): Profile {
	const { nodes, channels, heartbeat } = profile;
	return {
		...profile,
		...(nodes !== undefined && { nodes: nodes.map(maskNode) }),
		...(channels !== undefined && { channels: mapValues(channels, maskChannel) }),
		...(heartbeat !== undefined && { heartbeat: maskHeartbeat(heartbeat) }),
	};
}

/** The address of a channel is a credential by itself. */
function maskChannel(channel: ChannelEntry): ChannelEntry {
	return {
		...channel,
		...('url' in channel && channel.url !== undefined && { url: maskSecret(channel.url) }),
		...('token' in channel && channel.token !== undefined && { token: maskSecret(channel.token) }),
		...('password' in channel &&
			channel.password !== undefined && { password: maskSecret(channel.password) }),
		...('signingSecret' in channel &&
			channel.signingSecret !== undefined && { signingSecret: maskSecret(channel.signingSecret) }),
		...('headers' in channel &&
			channel.headers !== undefined && { headers: mapValues(channel.headers, maskSecret) }),
	};
}

function maskHeartbeat(heartbeat: HeartbeatEntry): HeartbeatEntry {
	return { ...heartbeat, ...(heartbeat.url !== undefined && { url: maskSecret(heartbeat.url) }) };
}

function maskNode(node: NodeEntry): NodeEntry {
	const { metricsUrl, token, headers } = node;
	return {
		...node,
		url: showAddress(node.url),
		...(metricsUrl !== undefined && { metricsUrl: showAddress(metricsUrl) }),
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

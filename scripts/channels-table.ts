import { channelKinds } from '../source/alerts/delivery/channels/registry.ts';
import { policyFields } from '../source/domain/channel.ts';
import type { ChannelSettings } from '../source/domain/channel.ts';

/** The manual's table of the kinds of channel, as it follows from the registry. */
export function channelsTable(): string {
	const rows = Object.entries(channelKinds).map(
		([type, { settings }]) => `| \`${type}\` | ${keysOf(settings)} | ${settings.delivered} |`,
	);
	return ['| type | keys | delivery |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The manual's table of what every channel takes. */
export function policyTable(): string {
	const rows = Object.entries(policyFields).map(
		([key, { standard, meaning }]) => `| \`${key}\` | ${shown(key, standard)} | ${meaning} |`,
	);
	return ['| key | default | |', '| --- | --- | --- |', ...rows].join('\n');
}

function keysOf({ keys, secrets }: ChannelSettings): string {
	const own = Object.entries(keys).map(([key, schema]) => {
		const text = 'description' in schema ? schema.description : undefined;
		return typeof text === 'string' ? `\`${key}\` (${text})` : `\`${key}\``;
	});
	return [...own, ...Object.keys(secrets).map((key) => `\`${key}\``)].join(', ');
}

function shown(key: string, standard: unknown): string {
	if (typeof standard !== 'number' || !key.endsWith('Ms') || standard === 0) {
		return typeof standard === 'number' ? String(standard) : `\`${JSON.stringify(standard)}\``;
	}
	if (standard % 3_600_000 === 0) return `${standard / 3_600_000} h`;
	return standard % 60_000 === 0 ? `${standard / 60_000} min` : `${standard / 1000} s`;
}

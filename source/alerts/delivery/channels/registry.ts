import type { Channel, ChannelSettings } from '../../../domain/channel.ts';
import type { Send } from '../sender.ts';
import { alertmanagerSettings } from './alertmanager/settings.ts';
import { commandSettings } from './command/settings.ts';
import { discordSettings } from './discord/settings.ts';
import { emailSettings } from './email/settings.ts';
import { slackSettings } from './slack/settings.ts';
import { terminalSettings } from './terminal/settings.ts';
import { webhookSettings } from './webhook/settings.ts';

export interface ChannelKind {
	readonly settings: ChannelSettings;
	/** Loads the sender. Only what delivers alerts calls it: other commands read the settings alone. */
	readonly loadSend: () => Promise<Send<object>>;
}

/** Every kind of channel. Adding one adds its folder and one line here. */
export const channelKinds = {
	email: kind(emailSettings, async () => (await import('./email/sender.ts')).sendEmail),
	slack: kind(slackSettings, async () => (await import('./slack/sender.ts')).sendSlack),
	discord: kind(discordSettings, async () => (await import('./discord/sender.ts')).sendDiscord),
	webhook: kind(webhookSettings, async () => (await import('./webhook/sender.ts')).sendWebhook),
	alertmanager: kind(
		alertmanagerSettings,
		async () => (await import('./alertmanager/sender.ts')).sendAlertmanager,
	),
	command: kind(commandSettings, async () => (await import('./command/sender.ts')).sendCommand),
	terminal: kind(terminalSettings, async () => (await import('./terminal/sender.ts')).sendTerminal),
} as const satisfies Readonly<Record<string, ChannelKind>>;

/** Pairs settings with a sender that takes exactly what they settle to. */
function kind<Own extends object>(
	settings: ChannelSettings & { settle(entry: never, secrets: never): Own },
	loadSend: () => Promise<Send<Own>>,
): ChannelKind {
	// The configuration made the channel with these settings, so it is what the sender takes.
	return { settings, loadSend: loadSend as ChannelKind['loadSend'] };
}

/** The kind of a channel that the configuration settled; an unknown type is a bug. */
export function kindOf({ type }: Pick<Channel, 'type'>): ChannelKind {
	const kinds: Readonly<Record<string, ChannelKind>> = channelKinds;
	const found = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
	if (found === undefined) throw new TypeError(`no kind of channel is called "${type}"`);
	return found;
}

import type { Channel, ChannelType } from '../../../domain/channel.ts';
import { linkAbort } from '../../../domain/linked-abort.ts';
import type { Message } from '../message.ts';
import type { Outcome } from '../retry.ts';
import type { Send, SendContext } from '../sender.ts';
import { sendAlertmanager } from './alertmanager/sender.ts';
import { sendCommand } from './command/sender.ts';
import { sendDiscord } from './discord/sender.ts';
import { sendEmail } from './email/sender.ts';
import { sendSlack } from './slack/sender.ts';
import { sendTerminal } from './terminal/sender.ts';
import { sendWebhook } from './webhook/sender.ts';

/** Every kind of channel. Adding one adds its file, its settings, and one line here. */
const senders = {
	email: sendEmail,
	slack: sendSlack,
	discord: sendDiscord,
	webhook: sendWebhook,
	alertmanager: sendAlertmanager,
	command: sendCommand,
	terminal: sendTerminal,
} satisfies { readonly [Type in ChannelType]: Send<Extract<Channel, { type: Type }>> };

/**
 * One attempt, within the channel's time limit. Never rejects: a bug of ours is a failure of this
 * channel, and the others go on. `onBug` gets what was thrown.
 */
export async function attemptSend(
	channel: Channel,
	message: Message,
	context: SendContext,
	onBug: (error: unknown) => void,
): Promise<Outcome> {
	const linked = linkAbort(context.signal);
	const timer = setTimeout(linked.abort, channel.timeoutMs);
	try {
		// The registry pairs each type with the sender of its settings.
		const send = senders[channel.type] as Send<Channel>;
		return await send(channel, message, { ...context, signal: linked.signal });
	} catch (error) {
		onBug(error);
		return { kind: 'failed', reason: 'a bug of nodetop: see its error output' };
	} finally {
		clearTimeout(timer);
		linked.unlink();
	}
}

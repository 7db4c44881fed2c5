import type { Channel } from '../../domain/channel.ts';
import { linkAbort } from '../../domain/linked-abort.ts';
import { kindOf } from './channels/registry.ts';
import type { Message } from './message.ts';
import type { Outcome } from './retry.ts';
import type { SendContext } from './sender.ts';

/**
 * One attempt, within the channel's time limit. Never rejects: a bug in a sender counts as a failed
 * attempt of this channel only. `onBug` gets what was thrown.
 */
export async function attemptSend(
	channel: Channel,
	message: Message,
	context: SendContext,
	onBug: (error: unknown) => void,
): Promise<Outcome> {
	const linked = linkAbort(context.signal);
	let timer: NodeJS.Timeout | undefined;
	try {
		const send = await kindOf(channel).loadSend();
		// Our own loading does not count: the limit is for the receiver.
		timer = setTimeout(linked.abort, channel.timeoutMs);
		return await send(channel, message, { ...context, signal: linked.signal });
	} catch (error) {
		onBug(error);
		return {
			kind: 'failed',
			reason: 'a bug of nodetop: see its error output',
			mayHaveArrived: true,
		};
	} finally {
		clearTimeout(timer);
		linked.unlink();
	}
}

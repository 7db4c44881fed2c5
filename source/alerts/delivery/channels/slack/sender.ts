import type { SlackSettings } from './settings.ts';
import { sendHttp } from '../../http.ts';
import { renderSlack } from './render.ts';
import type { Send } from '../../sender.ts';

/** An incoming webhook of Slack. Its address is the credential. */
export const sendSlack: Send<SlackSettings> = ({ url, connection }, message, { signal, now }) =>
	sendHttp({
		url,
		body: JSON.stringify(renderSlack(message)),
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'idempotency-key': message.id,
			'x-nodetop-message': message.id,
		},
		connection,
		signal,
		now,
	});

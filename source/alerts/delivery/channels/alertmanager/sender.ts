import type { AlertmanagerSettings } from './settings.ts';
import { Secret } from '../../../../domain/secret.ts';
import { sendHttp } from '../../http.ts';
import { renderAlertmanager } from './render.ts';
import type { Send } from '../../sender.ts';
import { authorization, revealed } from '../webhook/sender.ts';

/** Prometheus Alertmanager, API v2. */
export const sendAlertmanager: Send<AlertmanagerSettings> = (channel, message, { signal, now }) => {
	const { url, token, headers = {}, connection } = channel;
	return sendHttp({
		url: new Secret(`${url.reveal().replace(/\/+$/, '')}/api/v2/alerts`),
		body: JSON.stringify(renderAlertmanager(message, now())),
		headers: {
			...revealed(headers),
			'content-type': 'application/json',
			'idempotency-key': message.id,
			'x-nodetop-message': message.id,
			...authorization(token),
		},
		secrets: [token, ...Object.values(headers)].filter((secret) => secret !== undefined),
		connection,
		signal,
		now,
	});
};

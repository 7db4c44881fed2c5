import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { authoritiesOf } from '../../../../domain/authorities.ts';
import { clean } from '../../../../domain/clean.ts';
import { unusedProxyHint } from '../../../../domain/connection.ts';
import { defined } from '../../../../domain/defined.ts';
import { openTunnel } from '../../../../domain/tunnel/open-tunnel.ts';
import type { TunnelOptions } from '../../../../domain/tunnel/open-tunnel.ts';
import type { Proxy } from '../../../../domain/tunnel/proxy.ts';
import { tunnelErrorIn } from '../../../../domain/tunnel/tunnel-error.ts';
import type { EmailSettings } from './settings.ts';
import { renderEmail } from './render.ts';
import type { Missed, Outcome } from '../../retry.ts';
import type { Send } from '../../sender.ts';

/**
 * Sends a mail over SMTP (RFC 5321): 4yz replies and connection errors are tried again, 5yz are final. TLS
 * is verified; a password is never sent without TLS. When only some recipients are refused, the message
 * counts as sent, and the outcome names those who missed it.
 */
export const sendEmail: Send<EmailSettings> = async (channel, message, { signal }) => {
	const { host, port, security, user, password, from, to, timeoutMs, connection = {} } = channel;
	const { proxy, tls } = connection;
	const { createTransport } = await import('nodemailer');
	let hasConnected = false;
	const transport = createTransport({
		host,
		port,
		secure: security === 'tls',
		requireTLS: security === 'starttls',
		ignoreTLS: security === 'none',
		...(user !== undefined &&
			password !== undefined && { auth: { user, pass: password.reveal() } }),
		...(tls && {
			tls: defined({
				cert: tls.certificate,
				key: tls.key?.reveal(),
				ca: authoritiesOf(tls),
			}),
		}),
		connectionTimeout: timeoutMs,
		greetingTimeout: timeoutMs,
		socketTimeout: timeoutMs,
		disableFileAccess: true,
		disableUrlAccess: true,
		getSocket: (_options, callback) => {
			openSocket({ host, port, signal, proxy }, (error, details) => {
				hasConnected = details !== undefined;
				callback(error, details);
			});
		},
	});
	try {
		const { headers, ...mail } = renderEmail(message);
		const envelope = { from, to: [...(message.recipients ?? to)] };
		const addressed = { ...mail, from, to: [...to], envelope, headers: { ...headers } };
		const info = await transport.sendMail(addressed);
		const missed = missedOf(info.rejected, info.rejectedErrors ?? [], host);
		return { kind: 'sent', ...(missed.length > 0 && { missed }) };
	} catch (error) {
		const outcome = failureOf(error, host, signal.aborted);
		const { unusedProxy } = connection;
		if (outcome.kind !== 'failed') return outcome;
		const hint = unusedProxy === undefined ? '' : `; ${unusedProxyHint(unusedProxy, 'channel')}`;
		const reason = outcome.reason + hint;
		const mayHaveArrived = outcome.mayHaveArrived === true && hasConnected;
		return { kind: 'failed', reason, mayHaveArrived };
	} finally {
		transport.close();
	}
};

/**
 * A connection that ends with `signal`. Nodemailer cannot be interrupted: a message that it went on sending
 * after the time limit would arrive beside its repeat.
 */
function openSocket(
	{ proxy, ...options }: TunnelOptions & { readonly proxy: Proxy | undefined },
	callback: (error: Error | null, details?: { readonly connection: Socket }) => void,
): void {
	if (proxy) {
		void openThrough(proxy, options, callback);
		return;
	}
	const socket = connect(options);
	socket.once('error', callback);
	socket.once('connect', () => {
		socket.off('error', callback);
		callback(null, { connection: socket });
	});
}

async function openThrough(
	proxy: Proxy,
	options: TunnelOptions,
	callback: (error: Error | null, details?: { readonly connection: Socket }) => void,
): Promise<void> {
	const [error, connection] = await openTunnel(proxy, options).then(
		(socket) => [null, socket] as const,
		(thrown: unknown) => [thrown instanceof Error ? thrown : new Error(String(thrown))] as const,
	);
	callback(error, connection && { connection });
}

/** Why each of these recipients was refused; without a reply it may be taken later. */
function missedOf(rejected: readonly string[], errors: readonly Error[], host: string): Missed[] {
	return rejected.map((address) => {
		const error = errors.find((each) => 'recipient' in each && each.recipient === address);
		const outcome = outcomeOf(error ?? new Error('refused'), host);
		const reason = outcome.kind === 'sent' ? '' : outcome.reason;
		return { recipient: address, isFinal: outcome.kind === 'refused', reason };
	});
}

function failureOf(error: unknown, host: string, isTimeUp: boolean): Outcome {
	if (!isTimeUp) return outcomeOf(error, host);
	return { kind: 'failed', reason: `no answer from ${host} in time`, mayHaveArrived: true };
}

function outcomeOf(error: unknown, host: string): Outcome {
	if (!(error instanceof Error)) throw error;
	const status = 'responseCode' in error ? Number(error.responseCode) : undefined;
	const code = 'code' in error ? clean(String(error.code), 40) : 'no connection';
	if (status === undefined || Number.isNaN(status)) {
		const tunnel = tunnelErrorIn(error);
		if (tunnel) return { kind: 'failed', reason: `${host} cannot be reached: ${tunnel.message}` };
		// Another attempt does not help when an address cannot be parsed or a password would go without TLS.
		const isFinal = code === 'EENVELOPE' || code === 'ETLS' || code === 'ENOAUTH';
		const reason = `${host} cannot be reached: ${code}`;
		return isFinal ? { kind: 'refused', reason } : { kind: 'failed', reason, mayHaveArrived: true };
	}
	const reply = 'response' in error ? clean(String(error.response), 120) : '';
	const reason = `SMTP ${status} from ${host}${reply === '' ? '' : `: ${reply}`}`;
	return { kind: status >= 500 ? 'refused' : 'failed', reason };
}

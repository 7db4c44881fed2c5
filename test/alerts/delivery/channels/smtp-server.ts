import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { afterThisTest } from '../helpers.ts';

export interface MailServer {
	readonly port: number;
	/** Every mail that was accepted, with the recipients of its envelope. */
	readonly mails: readonly { readonly to: readonly string[]; readonly text: string }[];
}

/** A real SMTP server on a free loopback port. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
	const mails: { to: string[]; text: string }[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData(stream, session, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				const to = session.envelope.rcptTo.map(({ address }) => address);
				mails.push({ to, text: Buffer.concat(chunks).toString('utf8') });
				done();
			});
		},
		...options,
	});
	// A client that hangs up is part of the tests.
	server.on('error', () => undefined);
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	afterThisTest(
		() =>
			new Promise((resolve) => {
				server.close(resolve);
			}),
	);
	return { port: (server.server.address() as AddressInfo).port, mails };
}

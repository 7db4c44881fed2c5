import type { Socket } from 'node:net';
import { TunnelError } from './tunnel-error.ts';

/** No answer of a proxy is longer. */
const maxAnswerBytes = 16_384;

/**
 * Reads from a socket until `lengthOf` knows how long the answer is and that much is there; what follows
 * it stays in the socket.
 */
export function readAnswer(
	socket: Socket,
	lengthOf: (soFar: Buffer) => number | undefined,
): Promise<Buffer> {
	const answer = Promise.withResolvers<Buffer>();
	let soFar = Buffer.alloc(0);
	const take = (): void => {
		for (let chunk = readChunk(socket); chunk; chunk = readChunk(socket)) {
			soFar = Buffer.concat([soFar, chunk]);
			const length = lengthOf(soFar);
			if (length !== undefined && soFar.length >= length) {
				stop();
				if (soFar.length > length) socket.unshift(soFar.subarray(length));
				answer.resolve(soFar.subarray(0, length));
				return;
			}
			if (soFar.length > maxAnswerBytes) {
				fail(new TunnelError('proxy', 'the proxy answers too much'));
				return;
			}
		}
	};
	const fail = (error: Error): void => {
		stop();
		answer.reject(error);
	};
	const end = (): void => {
		fail(new TunnelError('proxy', 'the proxy hung up before it had connected on'));
	};
	const stop = (): void => {
		socket.off('readable', take).off('error', fail).off('end', end).off('close', end);
	};
	socket.on('readable', take).on('error', fail).on('end', end).on('close', end);
	take();
	return answer.promise;
}

function readChunk(socket: Socket): Buffer | undefined {
	const chunk: unknown = socket.read();
	return Buffer.isBuffer(chunk) ? chunk : undefined;
}

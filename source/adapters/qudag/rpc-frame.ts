import { PollError } from '../../domain/errors.ts';

/** The client in tools/cli/src/rpc.rs rejects longer replies, so the server sends none. */
const maxFrameBytes = 10 * 1024 * 1024;
const headerBytes = 4;

/** First bytes of other protocols, where the length of a frame is expected. */
const libp2pMagic = 0x13_2f_6d_75;
const httpMagic = 0x48_54_54_50;

/** A value as QuDAG's RPC frames it: its length as big-endian u32, then that many bytes of JSON. */
export function encodeFrame(value: unknown): Buffer {
	const json = Buffer.from(JSON.stringify(value), 'utf8');
	const header = Buffer.alloc(headerBytes);
	header.writeUInt32BE(json.length);
	return Buffer.concat([header, json]);
}

export interface FrameReader {
	/** Takes the next bytes; gives the frame's content once it is complete. */
	push(chunk: Buffer): Buffer | undefined;
	/** How far it got, in words; `undefined` before the first byte. */
	progress(): string | undefined;
}

/**
 * Reads one frame from chunks of any size. Throws `PollError` as soon as the length cannot be that
 * of a frame; memory grows only with what really arrived. `port` is for the messages.
 */
export function createFrameReader(port: number | undefined): FrameReader {
	const chunks: Buffer[] = [];
	let receivedBytes = 0;
	let length: number | undefined;
	return {
		push(chunk) {
			chunks.push(chunk);
			receivedBytes += chunk.length;
			if (length === undefined && receivedBytes >= headerBytes) {
				const header = Buffer.concat(chunks);
				length = checkLength(header.readUInt32BE(0), port);
			}
			if (length === undefined || receivedBytes < headerBytes + length) return undefined;
			return Buffer.concat(chunks).subarray(headerBytes, headerBytes + length);
		},
		progress() {
			if (receivedBytes === 0) return undefined;
			return length === undefined
				? `${receivedBytes} bytes, less than a frame’s length`
				: `${receivedBytes - headerBytes} of ${length} bytes`;
		},
	};
}

function checkLength(length: number, port: number | undefined): number {
	if (length === libp2pMagic) {
		throw new PollError(
			'unsupported',
			`${portName(port)} is QuDAG's libp2p port, not its RPC port`,
			{
				nextStep:
					'give the RPC port (9090 by default) or the node’s HTTP address; `qudag start` of June 2025 opens neither',
			},
		);
	}
	if (length === httpMagic) {
		throw new PollError('unsupported', `${portName(port)} speaks HTTP, not QuDAG's framed RPC`, {
			nextStep: 'write http:// instead of tcp://',
		});
	}
	if (length === 0 || length > maxFrameBytes) {
		throw new PollError(
			'badResponse',
			`a frame of ${length} bytes is not an answer of QuDAG's RPC`,
			{
				nextStep: 'check the port: another program may listen there',
			},
		);
	}
	return length;
}

function portName(port: number | undefined): string {
	return port === undefined ? 'this socket' : `port ${port}`;
}

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ProcessPlace } from './paths.ts';

/** A connection to the supervisor of a node; undefined where none listens. */
export function reach({ socket: path }: Pick<ProcessPlace, 'socket'>): Promise<Socket | undefined> {
	return new Promise((resolve) => {
		const socket = connect(path);
		socket.once('connect', () => {
			resolve(socket);
		});
		// None listens, or none ever did.
		socket.once('error', () => {
			resolve(undefined);
		});
	});
}

/** Whether a supervisor listens. */
export async function hasSupervisor(place: Pick<ProcessPlace, 'socket'>): Promise<boolean> {
	const socket = await reach(place);
	socket?.destroy();
	return socket !== undefined;
}

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?1049l\u001B[?25h';
/** Where the header of every screen has it; the cursor goes back to the corner, where the picture that follows begins. */
const name = '\u001B[H\u001B[1m nodetop\u001B[0m\u001B[H';

/** What stands on the terminal while the code of the screen is loaded and nodes are looked for. */
export interface Skeleton {
	/** Lets something be written where it is still there when the screen is left. */
	readonly print: (write: () => void) => void;
	/** Gives the terminal back as it was; nothing after `handOver`. */
	readonly remove: () => void;
	/** The screen draws over it and gives the terminal back from here on. */
	readonly handOver: () => void;
}

/** Shows at once that nodetop runs: a screen of its own, with its name. Removed too when the process ends. */
export function paintSkeleton(stdout: Pick<NodeJS.WriteStream, 'write'>): Skeleton {
	let isPainted = true;
	const stop = (): boolean => {
		const was = isPainted;
		isPainted = false;
		process.off('exit', remove);
		return was;
	};
	function remove(): void {
		if (stop()) stdout.write(leave);
	}
	process.on('exit', remove);
	stdout.write(enter + name);
	return {
		print(write) {
			if (isPainted) stdout.write(leave);
			write();
			if (isPainted) stdout.write(enter + name);
		},
		remove,
		handOver: stop,
	};
}

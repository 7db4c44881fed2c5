/** Processor time that a function takes, in milliseconds: unlike wall time, other programs do not add to it. */
export function cpuMsOf(run: () => void): number {
	const before = process.cpuUsage();
	run();
	return process.cpuUsage(before).user / 1000;
}

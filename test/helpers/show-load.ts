import { availableParallelism, loadavg } from 'node:os';

/** Says before and after the tests how busy the machine was: a figure without that means little. */
export function setup(): () => void {
	show('before');
	return () => {
		show('after');
	};
}

function show(when: string): void {
	const cores = availableParallelism();
	const [minute = 0] = loadavg();
	const judgement = minute > cores / 2 ? ': busy, so a failure may be the machine’s' : '';
	process.stdout.write(`load ${when}: ${minute.toFixed(2)} on ${cores} cores${judgement}\n`);
}

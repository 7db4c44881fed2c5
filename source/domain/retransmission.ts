/**
 * How long after its first packet a connection attempt sends the next ones: after one second, and then after
 * twice as long each time (RFC 6298, sections 2.1 and 5.5).
 */
const timersMs = [1000, 3000, 7000, 15_000];
/** The path's own time differs from one packet to the next. */
const earlyMs = 100;
const lateMs = 400;

/** Whether a connection waited for a lost packet: it took one of those times longer than others do. */
export function isRetransmitted(connectMs: number, usualMs: number): boolean {
	const extraMs = connectMs - usualMs;
	return timersMs.some((timer) => extraMs > timer - earlyMs && extraMs < timer + lateMs);
}

/** How lines are drawn: dots of braille, blocks, lines of box drawing, or ASCII. */
export const chartStyles = ['braille', 'block', 'plain', 'ascii'] as const;
export type ChartStyle = (typeof chartStyles)[number];

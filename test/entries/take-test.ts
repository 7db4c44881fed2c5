import { createRateLimiter } from '../../source/nettest/rate-limit.ts';

/** Takes one heavy test of a target, as one run of the command does, and prints whether it may. */
const [directory = '', target = ''] = process.argv.slice(2);
const { isGranted } = await createRateLimiter(directory, Date.now).take(target, 'heavy');
process.stdout.write(isGranted ? 'granted' : 'refused');

import type { Dialect } from '../dialect.ts';
import { beacon } from './beacon/beacon.ts';
import { etcd } from './etcd/etcd.ts';
import { hotstuff } from './hotstuff/hotstuff.ts';
import { prometheus } from './prometheus.ts';

/** In the order in which an unknown address is asked: what names itself comes first. */
export const dialects: readonly Dialect[] = [etcd, beacon, prometheus, hotstuff];

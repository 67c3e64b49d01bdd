#include "draw.h"

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(random_state *random) {
  uint64_t z = (random->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

random_state random_from(uint64_t seed, uint64_t stream) {
  random_state random = {seed * 0x9e3779b97f4a7c15u + stream};
  random.state = next(&random);
  return random;
}

double random_between(random_state *random, double low, double high) {
  return low + (high - low) * (double)(next(random) >> 11) * 0x1p-53;
}

int random_below(random_state *random, int count) { return (int)(next(random) % (uint64_t)count); }

#include "base/random.h"

static uint64_t split_mix(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

vtm_random vtm_random_start(uint64_t seed) {
  vtm_random random;
  for (int i = 0; i < 4; i++) random.state[i] = split_mix(&seed);
  return random;
}

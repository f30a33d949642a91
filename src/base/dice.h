// Random numbers for made-up data: SplitMix64 (Steele, Lea and Flood 2014), small and the same everywhere, which std's distributions are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jiaoji {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double p) { return unit() < p; }
  template <class T>
  const T& of(const std::vector<T>& list) { return list[below(list.size())]; }

 private:
  std::uint64_t state_;
};

}  // namespace jiaoji

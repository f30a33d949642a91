// A map that a snapshot can keep while the writer goes on: 64 shards, and a change copies only the shards it touches.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace jiaoji::market {

template <class Value>
class Sharded {
 public:
  const Value* find(const std::string& key) const {
    const auto& shard = shards_[index(key)];
    if (!shard) return nullptr;
    const auto at = shard->find(key);
    return at == shard->end() ? nullptr : &at->second;
  }
  // Only the writer, on its own copy.
  Value& edit(const std::string& key) { return own(key)[key]; }
  void erase(const std::string& key) {
    if (find(key)) own(key).erase(key);
  }
  bool empty() const {
    for (const auto& shard : shards_) if (shard && !shard->empty()) return false;
    return true;
  }

 private:
  using Map = std::unordered_map<std::string, Value>;
  static std::size_t index(const std::string& key) { return std::hash<std::string>{}(key) % kShards; }
  Map& own(const std::string& key) {
    auto& shard = shards_[index(key)];
    if (!shard) shard = std::make_shared<Map>();
    else if (shard.use_count() > 1) shard = std::make_shared<Map>(*shard);
    return *shard;
  }
  static constexpr std::size_t kShards = 64;
  std::array<std::shared_ptr<Map>, kShards> shards_;
};

}  // namespace jiaoji::market

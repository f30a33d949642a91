#include "mobility/prepared.h"

#include <openssl/sha.h>

#include <cstring>
#include <type_traits>

namespace jiaoji::mobility {

namespace {

constexpr std::string_view kForm = "jiaoji network 1\n";  // raised whenever a struct below changes

// One walk over every member serves writing and reading.
class Writer {
 public:
  template <class T>
  void plain(T& value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }
  std::size_t size(std::size_t count) {
    auto n = static_cast<std::uint64_t>(count);
    plain(n);
    return count;
  }
  void bytes(char* data, std::size_t size) { if (size) out.append(data, size); }
  std::string out;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  template <class T>
  void plain(T& value) { bytes(reinterpret_cast<char*>(&value), sizeof value); }
  // Never more elements than bytes that are left.
  std::size_t size(std::size_t) {
    std::uint64_t n = 0;
    plain(n);
    if (n > left_.size()) good_ = false;
    return good_ ? static_cast<std::size_t>(n) : 0;
  }
  void bytes(char* data, std::size_t size) {
    if (size > left_.size()) good_ = false;
    if (!good_ || size == 0) return;
    std::memcpy(data, left_.data(), size);
    left_.remove_prefix(size);
  }
  bool done() const { return good_ && left_.empty(); }

 private:
  std::string_view left_;
  bool good_ = true;
};

// Declared before the walk over vectors, which meets all of them.
template <class Io> void walk(Io& io, std::string& text);
template <class Io> void walk(Io& io, std::vector<bool>& bits);
template <class Io> void walk(Io& io, Stop& s);
template <class Io> void walk(Io& io, Route& r);
template <class Io> void walk(Io& io, ServiceDays& s);
template <class Io> void walk(Io& io, Trip& t);

template <class Io>
void walk(Io& io, std::string& text) {
  text.resize(io.size(text.size()));
  io.bytes(text.data(), text.size());
}
template <class Io>
void walk(Io& io, std::vector<bool>& bits) {
  bits.resize(io.size(bits.size()));
  for (std::size_t i = 0; i < bits.size(); ++i) {
    char bit = bits[i];
    io.plain(bit);
    bits[i] = bit != 0;
  }
}
template <class Io, class T>
void walk(Io& io, std::vector<T>& rows) {
  const auto count = io.size(rows.size());
  if constexpr (std::is_trivially_copyable_v<T>) {
    rows.resize(count);
    io.bytes(reinterpret_cast<char*>(rows.data()), count * sizeof(T));
  } else {
    rows.resize(count);
    for (auto& row : rows) walk(io, row);
  }
}

template <class Io>
void walk(Io& io, Stop& s) {
  walk(io, s.id), walk(io, s.name), io.plain(s.at), io.plain(s.parent), io.plain(s.type), walk(io, s.city), io.plain(s.min_change), walk(io, s.timezone);
}
template <class Io>
void walk(Io& io, Route& r) { walk(io, r.id), walk(io, r.name), io.plain(r.type), walk(io, r.agency); }
template <class Io>
void walk(Io& io, ServiceDays& s) { walk(io, s.id), io.plain(s.first), walk(io, s.runs); }
template <class Io>
void walk(Io& io, Trip& t) { walk(io, t.id), walk(io, t.name), io.plain(t.route), io.plain(t.service), io.plain(t.first), io.plain(t.count); }

template <class Io>
void walk(Io& io, Network& n) {
  auto& f = n.feed;
  walk(io, f.name), walk(io, f.timezone), walk(io, f.stops), walk(io, f.routes), walk(io, f.services), walk(io, f.trips), walk(io, f.stop_times), walk(io, f.frequencies), walk(io, f.transfers), walk(io, f.pathways);
  io.plain(n.options);
  walk(io, n.footpath_first), walk(io, n.footpaths), walk(io, n.min_change), walk(io, n.station), walk(io, n.trip_order), walk(io, n.pattern_first);
  io.plain(n.first_day), io.plain(n.last_day);
}

std::string digest(std::string_view bytes) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string head_of(std::string_view of) { return std::string(kForm) + digest(of); }

}  // namespace

std::string write_prepared(const Network& network, std::string_view of) {
  Writer io;
  walk(io, const_cast<Network&>(network));  // a writer changes nothing
  return head_of(of) + digest(io.out) + io.out;
}

std::optional<Network> read_prepared(std::string_view bytes, std::string_view of) {
  const auto head = head_of(of);
  if (!bytes.starts_with(head) || bytes.size() < head.size() + SHA256_DIGEST_LENGTH) return {};
  const auto body = bytes.substr(head.size() + SHA256_DIGEST_LENGTH);
  if (bytes.substr(head.size(), SHA256_DIGEST_LENGTH) != digest(body)) return {};
  Reader io(body);
  Network out;
  walk(io, out);
  if (!io.done()) return {};
  return out;
}

}  // namespace jiaoji::mobility

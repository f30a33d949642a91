#include "market/record.h"

#include <cstring>

namespace jiaoji::market {

namespace {

// Layout: u32 offset of the title · id · version · flags · party · affiliation · city · district · industries · fields ·
// program · title · text. Lengths are varints (7 bits a byte, least first).
constexpr std::size_t kTitleOffsetBytes = 4;

void put_number(std::string& out, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>(n | 0x80));
  out.push_back(static_cast<char>(n));
}
void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}
template <class T>
void put_raw(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

struct Reader {
  std::string_view bytes;
  std::size_t at = 0;

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      n |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return n;
    }
  }
  std::string_view text() {
    const auto size = number();
    const auto out = bytes.substr(at, size);
    at += size;
    return out;
  }
  template <class T>
  T raw() {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    at += sizeof value;
    return value;
  }
};

void put_codes(std::string& out, const std::vector<std::string>& codes) {
  put_number(out, codes.size());
  for (const auto& code : codes) put_text(out, code);
}
void read_codes(Reader& in, std::vector<std::string>& codes) {
  codes.resize(in.number());
  for (auto& code : codes) code.assign(in.text());
}

void put_value(std::string& out, const FieldValue& value) {
  out.push_back(static_cast<char>(value.index()));
  if (const auto* s = std::get_if<std::string>(&value)) put_text(out, *s);
  if (const auto* c = std::get_if<Codes>(&value)) put_codes(out, *c);
  if (const auto* d = std::get_if<double>(&value)) put_raw(out, *d);
  if (const auto* m = std::get_if<Money>(&value)) put_raw(out, *m);
  if (const auto* d = std::get_if<Days>(&value)) put_raw(out, *d);
  if (const auto* b = std::get_if<bool>(&value)) out.push_back(*b ? 1 : 0);
}

// Keeps the memory of what the same position held before.
template <class T>
T& hold(FieldValue& value) {
  if (auto* same = std::get_if<T>(&value)) return *same;
  return value.emplace<T>();
}
void read_value(Reader& in, FieldValue& value) {
  switch (in.raw<char>()) {
    case 1: hold<std::string>(value).assign(in.text()); return;
    case 2: read_codes(in, hold<Codes>(value)); return;
    case 3: value = in.raw<double>(); return;
    case 4: value = in.raw<Money>(); return;
    case 5: value = in.raw<Days>(); return;
    case 6: value = in.raw<char>() != 0; return;
    default: value = std::monostate{};
  }
}

void read_head(Reader& in, Listing& into) {
  in.at = kTitleOffsetBytes;
  into.id.assign(in.text());
  into.version = static_cast<std::int64_t>(in.number());
  const auto flags = static_cast<unsigned char>(in.raw<char>());
  into.side = flags & 1 ? Side::offer : Side::need;
  into.visibility = static_cast<Visibility>(flags >> 1 & 3);
  into.illustrative = flags & 8;
  into.party.assign(in.text());
  into.affiliation.assign(in.text());
  into.city.assign(in.text());
  into.district.assign(in.text());
  read_codes(in, into.industries);
  into.fields.resize(in.number());
  for (auto& value : into.fields) read_value(in, value);
}

}  // namespace

void pack(const Listing& listing, std::string& out) {
  const std::size_t begin = out.size();
  out.append(kTitleOffsetBytes, '\0');
  put_text(out, listing.id);
  put_number(out, static_cast<std::uint64_t>(listing.version));
  out.push_back(static_cast<char>((listing.side == Side::offer ? 1 : 0) | static_cast<int>(listing.visibility) << 1 | (listing.illustrative ? 8 : 0)));
  for (const auto* s : {&listing.party, &listing.affiliation, &listing.city, &listing.district}) put_text(out, *s);
  put_codes(out, listing.industries);
  put_number(out, listing.fields.size());
  for (const auto& value : listing.fields) put_value(out, value);
  put_text(out, listing.program);
  const auto title = static_cast<std::uint32_t>(out.size() - begin);
  std::memcpy(out.data() + begin, &title, sizeof title);
  put_text(out, listing.title);
  put_text(out, listing.text);
}

Listing unpack(std::string_view record) {
  Listing listing;
  Reader in{record};
  read_head(in, listing);
  listing.program.assign(in.text());
  listing.title.assign(in.text());
  listing.text.assign(in.text());
  return listing;
}

void unpack_head(std::string_view record, Listing& into) {
  Reader in{record};
  read_head(in, into);
}

RecordTexts texts_of(std::string_view record) {
  Reader in{record};
  in.at = in.raw<std::uint32_t>();
  RecordTexts out;
  out.title = in.text();
  out.text = in.text();
  return out;
}

std::string_view id_of(std::string_view record) {
  Reader in{record, kTitleOffsetBytes};
  return in.text();
}

}  // namespace jiaoji::market

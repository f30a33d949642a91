#include "base/xml.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji::xml {

namespace {

std::size_t line_at(std::string_view text, std::size_t offset) { return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, std::min(offset, text.size())), '\n')); }

class Strict {
 public:
  Strict(std::string_view text, const Kind& kind) : text_(text), kind_(kind) {}

  Result<void> parse(pugi::xml_document& out) const {
    if (text_.size() > kind_.bytes_max) return bad(Code::too_large, "too_large", {fmt::format("{}超过 {} 字节", kind_.name.zh, kind_.bytes_max), fmt::format("the {} is larger than {} bytes", kind_.name.en, kind_.bytes_max)});
    if (!text::is_utf8(text_)) return bad(Code::invalid, "not_utf8", {kind_.name.zh + "不是有效的 UTF-8", "the " + kind_.name.en + " is no valid UTF-8"});
    if (text_.find("<!DOCTYPE") != std::string_view::npos) return bad(Code::invalid, "doctype", {kind_.name.zh + "不得含有 DOCTYPE", "a " + kind_.name.en + " must not have a DOCTYPE"});
    TRY_VOID(refuse_odd_bytes());
    const auto parsed = out.load_buffer(text_.data(), text_.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
    if (!parsed) return malformed(static_cast<std::size_t>(parsed.offset), parsed.description());
    const auto offset = [](const pugi::xml_node& node) { return static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0)); };
    for (auto other = out.document_element().next_sibling(); other; other = other.next_sibling()) {
      if (other.type() == pugi::node_element) return malformed(offset(other), "a second root element");
    }
    int depth = 0;
    for (auto node = out.document_element(); node;) {
      if (depth > kDepthMax) return malformed(offset(node), fmt::format("more than {} elements in one another", kDepthMax));
      if (node.first_child()) {
        node = node.first_child(), ++depth;
        continue;
      }
      while (node && !node.next_sibling()) node = node.parent(), --depth;
      if (node) node = node.next_sibling();
      if (depth <= 0) break;
    }
    return {};
  }

 private:
  std::unexpected<Error> bad(Code code, const char* what, Text text) const { return fail(code, fmt::format("{}.{}", kind_.key, what), std::move(text)); }

  std::unexpected<Error> malformed(std::size_t offset, std::string_view what) const {
    const auto from = text_.substr(0, std::min(offset, text_.size())).rfind('\n');
    const auto column = std::min(offset, text_.size()) - (from == std::string_view::npos ? 0 : from + 1) + 1;
    return bad(Code::invalid, "xml", {fmt::format("第 {} 行第 {} 列：XML 有误（{}）", line_at(text_, offset), column, what), fmt::format("line {}, column {}: malformed XML ({})", line_at(text_, offset), column, what)});
  }

  // "#20013" and "#x4E2D": a character that XML 1.0 has (2.2), never NUL, which would cut a name short.
  static bool is_character_reference(std::string_view name) {
    if (name.size() < 2 || name[0] != '#') return false;
    const bool hex = name[1] == 'x';
    const auto digits = name.substr(hex ? 2 : 1);
    if (digits.empty() || digits.size() > 8 || digits.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789") != std::string_view::npos) return false;
    const auto code = std::stoul(std::string(digits), nullptr, hex ? 16 : 10);
    return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) || (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
  }

  // What pugixml lets pass and XML 1.0 does not: control characters, entities that nothing declares.
  Result<void> refuse_odd_bytes() const {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const auto c = static_cast<unsigned char>(text_[at]);
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return malformed(at, "a control character");
      const auto skip = [&](std::string_view open, std::string_view close) {
        if (text_.substr(at, open.size()) != open) return;
        const auto end = text_.find(close, at + open.size());
        at = end == std::string_view::npos ? text_.size() : end + close.size() - 1;
      };
      if (c == '<') skip("<![CDATA[", "]]>"), skip("<!--", "-->");
      if (at >= text_.size() || text_[at] != '&') continue;
      const auto end = text_.find(';', at);
      const auto name = end == std::string_view::npos ? "" : text_.substr(at + 1, end - at - 1);
      constexpr std::string_view known[] = {"amp", "lt", "gt", "quot", "apos"};
      if (!is_character_reference(name) && std::ranges::find(known, name) == std::end(known)) return malformed(at, name.starts_with('#') ? "a character that XML has not" : "an entity that nothing declares");
    }
    return {};
  }

  std::string_view text_;
  const Kind& kind_;
};

}  // namespace

Result<void> parse(std::string_view text, const Kind& kind, pugi::xml_document& out) { return Strict(text, kind).parse(out); }

Lines::Lines(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ends_.push_back(at);
}

std::size_t Lines::of(const pugi::xml_node& node) const {
  const auto at = node.offset_debug();
  return at < 0 ? 0 : static_cast<std::size_t>(std::ranges::lower_bound(ends_, static_cast<std::size_t>(at)) - ends_.begin()) + 1;
}

std::string_view local(const char* name) {
  const std::string_view all = name;
  const auto colon = all.find(':');
  return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

std::string_view namespace_of(const pugi::xml_node& node) {
  const std::string_view full = node.name();
  const auto colon = full.find(':');
  const auto declaration = colon == std::string_view::npos ? std::string("xmlns") : "xmlns:" + std::string(full.substr(0, colon));
  for (auto around = node; around; around = around.parent()) {
    if (const auto found = around.attribute(declaration.c_str())) return found.value();
  }
  return {};
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view local_name) {
  for (const auto inner : node.children()) {
    if (local(inner.name()) == local_name) return inner;
  }
  return {};
}

std::string content(const pugi::xml_node& node) {
  std::string out;
  for (const auto inner : node.children()) {
    if (inner.type() == pugi::node_pcdata || inner.type() == pugi::node_cdata) out += inner.value();
  }
  return out;
}

std::string attribute(const pugi::xml_node& node, const char* name) { return text::trim(node.attribute(name).value()); }

std::string raw(const pugi::xml_node& node) {
  struct Writer : pugi::xml_writer {
    std::string out;
    void write(const void* data, std::size_t size) override { out.append(static_cast<const char*>(data), size); }
  } writer;
  node.print(writer, "  ");
  return writer.out;
}

}  // namespace jiaoji::xml

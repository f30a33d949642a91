// XML from outside (models and procedures): strict where pugixml is lenient; no DOCTYPE, so that no entity ever expands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "base/result.h"

namespace jiaoji::xml {

// What an answer calls the file, and the first word of its error keys: "model" gives model.xml, model.too_large, model.not_utf8, model.doctype.
struct Kind {
  const char* key;
  Text name;
  std::size_t bytes_max;
};

inline constexpr int kDepthMax = 1000;  // elements in elements

// One document with one root. The nodes' offsets are bytes of `text`, which must outlive them. Errors name line and column.
Result<void> parse(std::string_view text, const Kind& kind, pugi::xml_document& out);

// The lines of nodes, from 1; 0 when it is not known. Counts the text once.
class Lines {
 public:
  explicit Lines(std::string_view text);
  std::size_t of(const pugi::xml_node& node) const;

 private:
  std::vector<std::size_t> ends_;
};
std::string_view local(const char* name);                             // without its prefix
// The namespace of an element, by the declarations around it; empty when nothing declares its prefix.
std::string_view namespace_of(const pugi::xml_node& node);
pugi::xml_node child(const pugi::xml_node& node, std::string_view local_name);
std::string content(const pugi::xml_node& node);                      // its text, CDATA included, not that of elements within
std::string attribute(const pugi::xml_node& node, const char* name);  // trimmed
std::string raw(const pugi::xml_node& node);                          // as XML

}  // namespace jiaoji::xml

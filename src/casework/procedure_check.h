// What the elements of a procedure mean together: references found, rules of BPMN held. Between reading and running; used by nobody else.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "casework/procedure.h"

namespace jiaoji::casework {

inline constexpr std::string_view kUnsupported = "procedure.unsupported";

// Ids that were read and wait to be found: of each node and each flow, in their order.
struct Links {
  struct OfNode {
    std::string default_flow, attached_to, called;
    std::vector<std::string> definitions;
    std::string loop_event;
  };
  struct OfFlow {
    std::string from, to;
    Index container = 0;
    std::size_t line = 0;
  };
  std::vector<OfNode> nodes;
  std::vector<OfFlow> flows;
  std::map<std::string, Index> definitions;
  std::vector<std::pair<std::string, std::string>> associations;
};

// Finds what the ids name; what is not there is a problem.
void link(Reading& reading, const Links& links);
// Refuses what BPMN forbids and what is not executed, by element.
void check(Reading& reading);

}  // namespace jiaoji::casework

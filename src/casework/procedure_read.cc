// From XML to elements. What the elements mean together is checked in procedure_check.cc.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/xml.h"
#include "casework/procedure_check.h"
#include "casework/timer.h"

namespace jiaoji::casework {

using xml::attribute, xml::child, xml::content, xml::local;

namespace {

// Drawn, told or declared; nothing to be executed.
constexpr std::string_view kOnlyDrawn[] = {"documentation", "extensionElements", "incoming", "outgoing", "laneSet", "textAnnotation", "group", "dataObject", "dataObjectReference", "dataStoreReference", "property", "ioSpecification", "auditing", "monitoring", "supportedInterfaceRef", "resourceRole", "performer", "humanPerformer", "potentialOwner", "rendering", "category", "ioBinding"};

struct TaskName {
  std::string_view name;
  Task task;
};
constexpr TaskName kTasks[] = {{"task", Task::none}, {"manualTask", Task::manual}, {"userTask", Task::user}, {"serviceTask", Task::service}, {"sendTask", Task::send}, {"receiveTask", Task::receive}, {"scriptTask", Task::script}, {"businessRuleTask", Task::business_rule}};
constexpr TaskName kGlobalTasks[] = {{"globalTask", Task::none}, {"globalManualTask", Task::manual}, {"globalUserTask", Task::user}, {"globalScriptTask", Task::script}, {"globalBusinessRuleTask", Task::business_rule}};

struct KindName {
  std::string_view name;
  Kind kind;
};
constexpr KindName kKinds[] = {{"startEvent", Kind::start}, {"endEvent", Kind::end}, {"intermediateCatchEvent", Kind::catching}, {"intermediateThrowEvent", Kind::throwing}, {"boundaryEvent", Kind::boundary}, {"exclusiveGateway", Kind::exclusive}, {"parallelGateway", Kind::parallel}, {"inclusiveGateway", Kind::inclusive}, {"eventBasedGateway", Kind::event_based}, {"complexGateway", Kind::complex}, {"subProcess", Kind::subprocess}, {"transaction", Kind::subprocess}, {"adHocSubProcess", Kind::subprocess}, {"callActivity", Kind::call}};

struct TriggerName {
  std::string_view name;
  Trigger trigger;
  const char* reference;
};
constexpr TriggerName kTriggers[] = {{"timerEventDefinition", Trigger::timer, ""}, {"messageEventDefinition", Trigger::message, "messageRef"}, {"signalEventDefinition", Trigger::signal, "signalRef"}, {"errorEventDefinition", Trigger::error, "errorRef"}, {"escalationEventDefinition", Trigger::escalation, "escalationRef"}, {"conditionalEventDefinition", Trigger::condition, ""}, {"linkEventDefinition", Trigger::link, ""}, {"cancelEventDefinition", Trigger::cancel, ""}, {"compensateEventDefinition", Trigger::compensation, "activityRef"}, {"terminateEventDefinition", Trigger::terminate, ""}};

template <class Row, std::size_t N>
const Row* row_of(const Row (&rows)[N], std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == std::end(rows) ? nullptr : found;
}

bool is_bpmn(const pugi::xml_node& node) { return node.type() == pugi::node_element && xml::namespace_of(node) == kBpmnNamespace; }

// "messageRef" may carry a prefix of a namespace: the id is what follows.
std::string reference(const pugi::xml_node& node, const char* name) {
  auto value = attribute(node, name);
  if (value.empty()) value = text::trim(content(child(node, name)));
  const auto colon = value.rfind(':');
  return colon == std::string::npos ? value : value.substr(colon + 1);
}

class Reader {
 public:
  explicit Reader(std::string_view bpmn) : text_(bpmn), lines_(bpmn) {}

  Result<Reading> read() {
    static const xml::Kind kind{"procedure", {"流程文件", "procedure"}, kProcedureBytesMax};
    TRY_VOID(xml::parse(text_, kind, document_));
    const auto root = document_.document_element();
    if (local(root.name()) != "definitions") return fail(Code::invalid, "procedure.element", {fmt::format("根元素应是 definitions，不是 {}", root.name()), fmt::format("the root should be definitions, not {}", root.name())});
    if (xml::namespace_of(root) != kBpmnNamespace) return fail(Code::invalid, "procedure.namespace", {fmt::format("命名空间“{}”不是 BPMN 2.0 的；应是 {}", xml::namespace_of(root), kBpmnNamespace), fmt::format("the namespace \"{}\" is not that of BPMN 2.0; it should be {}", xml::namespace_of(root), kBpmnNamespace)});
    out_.procedure.id = attribute(root, "id");
    out_.procedure.name = attribute(root, "name");
    out_.procedure.ns = attribute(root, "targetNamespace");
    for (const auto node : root.children()) {
      if (is_bpmn(node)) declaration(node);
    }
    for (const auto node : root.children()) {
      if (is_bpmn(node)) TRY_VOID(top(node));
    }
    link(out_, links_);
    check(out_);
    return std::move(out_);
  }

 private:
  void complain(const pugi::xml_node& node, std::string key, Text what) {
    out_.problems.push_back({attribute(node, "id"), lines_.of(node), std::move(key), std::move(what)});
  }
  void unsupported(const pugi::xml_node& node, std::string_view what) {
    complain(node, std::string(kUnsupported), {fmt::format("不能执行“{}”", what), fmt::format("\"{}\" is not executed", what)});
  }

  // ---- what stands outside of processes

  void declaration(const pugi::xml_node& node) {
    const auto name = local(node.name());
    const auto id = attribute(node, "id");
    if (name == "message" || name == "signal") names_[id] = node.attribute("name") ? attribute(node, "name") : id;
    else if (name == "error") names_[id] = node.attribute("errorCode") ? attribute(node, "errorCode") : id;
    else if (name == "collaboration") participants(node);
    else if (name == "escalation") names_[id] = node.attribute("escalationCode") ? attribute(node, "escalationCode") : id;
  }

  void participants(const pugi::xml_node& collaboration) {
    for (const auto part : collaboration.children()) {
      if (is_bpmn(part) && local(part.name()) == "participant") participant_[reference(part, "processRef")] = {attribute(part, "name"), own_attribute(part, "city")};
    }
  }

  Result<void> top(const pugi::xml_node& node) {
    const auto name = local(node.name());
    if (name == "process") return process(node);
    if (const auto* global = row_of(kGlobalTasks, name)) return global_task(node, global->task);
    if (row_of(kTriggers, name)) {
      links_.definitions[attribute(node, "id")] = static_cast<Index>(out_.procedure.definitions.size());
      out_.procedure.definitions.push_back(definition(node));
    } else if (name == "choreography" || name == "globalChoreographyTask" || name == "globalConversation") {
      unsupported(node, name);
    } else if (name == "import") {
      complain(node, "procedure.import", {"流程文件不能引用别的文件", "a procedure cannot import another file"});
    }
    return {};
  }

  Result<void> process(const pugi::xml_node& node) {
    const auto at = open(node, kNone);
    auto& made = out_.procedure.containers[static_cast<std::size_t>(at)];
    made.executable = attribute(node, "isExecutable") != "false";
    const auto& [pool, city] = participant_[made.id];
    if (made.name.empty()) made.name = pool;
    made.city = city;
    made.due = term(node);
    made.form = form(node);
    return inside(node, at, 0);
  }

  Result<void> global_task(const pugi::xml_node& node, Task kind) {
    const auto at = open(node, kNone);
    out_.procedure.containers[static_cast<std::size_t>(at)].global_task = true;
    TRY_VOID(flow_node(node, {.name = local(node.name()), .kind = Kind::task}, at, 0));
    out_.procedure.nodes.back().task = kind;
    of_task(node, {}, out_.procedure.nodes.back());
    return {};
  }

  Index open(const pugi::xml_node& node, Index of) {
    out_.procedure.containers.push_back({.node = of, .id = attribute(node, "id"), .name = attribute(node, "name")});
    return static_cast<Index>(out_.procedure.containers.size() - 1);
  }

  // ---- what stands in a process or subprocess

  Result<void> inside(const pugi::xml_node& node, Index container, int depth) {
    if (depth > kSubprocessDepthMax) return fail(Code::invalid, "procedure.deep", {fmt::format("第 {} 行：子流程嵌套超过 {} 层", lines_.of(node), kSubprocessDepthMax), fmt::format("line {}: more than {} subprocesses in one another", lines_.of(node), kSubprocessDepthMax)});
    std::map<std::string, pugi::xml_node> lane_of;
    for (const auto part : node.children()) {
      if (is_bpmn(part) && local(part.name()) == "laneSet") lanes(part, lane_of, 0);
    }
    for (const auto part : node.children()) {
      if (!is_bpmn(part)) continue;
      const auto name = local(part.name());
      if (const auto* kind = row_of(kKinds, name)) {
        TRY_VOID(flow_node(part, *kind, container, depth));
      } else if (const auto* task = row_of(kTasks, name)) {
        const auto at = out_.procedure.nodes.size();
        TRY_VOID(flow_node(part, {name, Kind::task}, container, depth));
        auto& made = out_.procedure.nodes[at];
        made.task = task->task;
        of_task(part, lane_of[made.id], made);
      } else if (name == "sequenceFlow") {
        TRY_VOID(room(part));
        Flow flow{.id = attribute(part, "id"), .name = attribute(part, "name"), .condition = formula(part, child(part, "conditionExpression"))};
        flow.share = own_number(part, "share", 1);
        links_.flows.push_back({reference(part, "sourceRef"), reference(part, "targetRef"), container, lines_.of(part)});
        out_.procedure.flows.push_back(std::move(flow));
      } else if (name == "association") {
        links_.associations.emplace_back(reference(part, "sourceRef"), reference(part, "targetRef"));
      } else if (!is_only_drawn(part) && !row_of(kTriggers, name) && !is_of_parent(name)) {
        unsupported(part, name);
      }
    }
    return {};
  }

  // What a subprocess holds of its own, beside what it runs.
  static bool is_of_parent(std::string_view name) {
    constexpr std::string_view known[] = {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "completionCondition", "dataInputAssociation", "dataOutputAssociation"};
    return std::ranges::find(known, name) != std::end(known);
  }

  static bool is_only_drawn(const pugi::xml_node& node) { return std::ranges::find(kOnlyDrawn, local(node.name())) != std::end(kOnlyDrawn); }

  void lanes(const pugi::xml_node& set, std::map<std::string, pugi::xml_node>& lane_of, int depth) {
    for (const auto lane : set.children()) {
      if (!is_bpmn(lane) || local(lane.name()) != "lane" || depth > kSubprocessDepthMax) continue;
      for (const auto part : lane.children()) {
        if (local(part.name()) == "flowNodeRef") lane_of[text::trim(content(part))] = lane;
        else if (local(part.name()) == "childLaneSet") lanes(part, lane_of, depth + 1);
      }
    }
  }

  Result<void> room(const pugi::xml_node& node) {
    if (out_.procedure.nodes.size() + out_.procedure.flows.size() < kElementsMax) return {};
    return fail(Code::too_large, "procedure.too_many", {fmt::format("第 {} 行：流程元素超过 {} 个", lines_.of(node), kElementsMax), fmt::format("line {}: more than {} elements", lines_.of(node), kElementsMax)});
  }

  Result<void> flow_node(const pugi::xml_node& node, const KindName& kind, Index container, int depth) {
    TRY_VOID(room(node));
    const auto at = static_cast<Index>(out_.procedure.nodes.size());
    {
      Node made{.id = attribute(node, "id"), .name = attribute(node, "name"), .documentation = text::trim(content(child(node, "documentation"))), .kind = kind.kind, .container = container, .line = lines_.of(node)};
      made.interrupting = attribute(node, kind.kind == Kind::boundary ? "cancelActivity" : "isInterrupting") != "false";
      made.parallel_multiple = attribute(node, "parallelMultiple") == "true";
      made.by_event = attribute(node, "triggeredByEvent") == "true";
      made.transaction = kind.name == "transaction";
      made.ad_hoc = kind.name == "adHocSubProcess";
      made.cancels_rest = attribute(node, "cancelRemainingInstances") != "false";
      made.ad_hoc_sequential = attribute(node, "ordering") == "Sequential";
      made.instantiates = attribute(node, "instantiate") == "true";
      made.for_compensation = attribute(node, "isForCompensation") == "true";
      made.start_quantity = quantity(node, "startQuantity");
      made.completion_quantity = quantity(node, "completionQuantity");
      if (kind.kind == Kind::complex) made.script = formula(node, child(node, "activationCondition"));
      if (made.ad_hoc) made.script = formula(node, child(node, "completionCondition"));
      made.draw = own_attribute(node, "draw");
      if (kind.kind == Kind::event_based && attribute(node, "eventGatewayType") == "Parallel") made.parallel_multiple = true;
      links_.nodes.push_back({attribute(node, "default"), reference(node, "attachedToRef"), reference(node, "calledElement"), {}, {}});
      events_and_loops(node, made);
      out_.procedure.nodes.push_back(std::move(made));
    }
    out_.procedure.containers[static_cast<std::size_t>(container)].nodes.push_back(at);
    if (kind.kind != Kind::subprocess) return {};
    const auto body = open(node, at);
    out_.procedure.nodes[static_cast<std::size_t>(at)].body = body;
    return inside(node, body, depth + 1);
  }

  void events_and_loops(const pugi::xml_node& node, Node& made) {
    for (const auto part : node.children()) {
      if (!is_bpmn(part)) continue;
      const auto name = local(part.name());
      if (row_of(kTriggers, name)) made.definitions.push_back(definition(part));
      else if (name == "eventDefinitionRef") links_.nodes.back().definitions.push_back(text::trim(content(part)));
      else if (name == "standardLoopCharacteristics" || name == "multiInstanceLoopCharacteristics") made.loop = loop(part);
      else if (name == "dataInputAssociation" || name == "dataOutputAssociation") {
        if (child(part, "assignment") || child(part, "transformation")) unsupported(part, name);
      } else if (name.ends_with("EventDefinition")) unsupported(part, name);
      else if (made.kind == Kind::subprocess) continue;
      else if (!is_only_drawn(part) && !is_of_event_or_task(name)) unsupported(part, name);
    }
  }

  static bool is_of_event_or_task(std::string_view name) {
    constexpr std::string_view known[] = {"script", "activationCondition", "dataInput", "dataOutput", "inputSet", "outputSet"};
    return std::ranges::find(known, name) != std::end(known);
  }

  int quantity(const pugi::xml_node& node, const char* name) {
    const auto given = attribute(node, name);
    if (given.empty()) return 1;
    if (given.size() <= 4 && given.find_first_not_of("0123456789") == std::string::npos && std::stoi(given) >= 1) return std::stoi(given);
    complain(node, "procedure.quantity", {fmt::format("{} 应是 1 到 9999 的整数，不是“{}”", name, given), fmt::format("{} should be a whole number from 1 to 9999, not \"{}\"", name, given)});
    return 1;
  }

  // ---- tasks

  void of_task(const pugi::xml_node& node, const pugi::xml_node& lane, Node& made) {
    const auto own = [&](const char* name) {
      const auto said = own_attribute(node, name);
      return said.empty() && lane ? own_attribute(lane, name) : said;
    };
    made.role = own("role"), made.city = own("city");
    made.form = form(node);
    made.result = own_attribute(node, "result");
    made.decision = own_attribute(node, "decision");
    made.optional = own_attribute(node, "optional") == "true";
    made.service = own_attribute(node, "service");
    if (made.service.empty()) made.service = made.name;
    made.message = named(node, "messageRef");
    made.key = own_formula(node, "key");
    made.due = term(node);
    made.suspends = own_attribute(node, "suspends");
    made.effort_hours = own_number(node, "effort", 1'000);
    if (made.message.empty() && (made.task == Task::send || made.task == Task::receive)) made.message = made.id;
    if (made.task != Task::script) return;
    const auto format = attribute(node, "scriptFormat");
    if (!format.empty() && format.find("feel") == std::string::npos && format.find("FEEL") == std::string::npos) {
      complain(node, std::string(kUnsupported), {fmt::format("脚本应是 FEEL，不是“{}”", format), fmt::format("a script should be FEEL, not \"{}\"", format)});
    } else {
      made.script = formula(node, child(node, "script"));
    }
  }

  // <extensionElements><jiaoji:field name="面积" label="…" type="number" required="true"/>…
  std::vector<FormField> form(const pugi::xml_node& node) {
    std::vector<FormField> out;
    for (const auto part : child(node, "extensionElements").children()) {
      if (part.type() != pugi::node_element || local(part.name()) != "field" || xml::namespace_of(part) != kOwnNamespace) continue;
      FormField field{.name = attribute(part, "name"), .label = attribute(part, "label"), .type = first_of(attribute(part, "type"), "text"), .options = {}, .required = attribute(part, "required") == "true", .office_only = attribute(part, "officeOnly") == "true"};
      if (field.label.empty()) field.label = field.name;
      const auto options = attribute(part, "options");
      for (std::size_t at = 0; at < options.size();) {
        const auto end = std::min(options.find(';', at), options.size());
        if (auto option = text::trim(std::string_view(options).substr(at, end - at)); !option.empty()) field.options.push_back(std::move(option));
        at = end + 1;
      }
      constexpr std::string_view types[] = {"text", "number", "yes_no", "date", "choice"};
      const bool known = std::ranges::find(types, field.type) != std::end(types) && (field.type == "choice") == !field.options.empty();
      if (field.name.empty() || !known || out.size() >= kFormFieldsMax) complain(node, "procedure.field", {fmt::format("表单项“{}”应有 name，type 为 text、number、yes_no、date 或 choice（有 options=\"甲;乙\"），至多 {} 项", field.name, kFormFieldsMax), fmt::format("the field \"{}\" should have a name, a type text, number, yes_no, date or choice (with options=\"a;b\"); at most {} fields", field.name, kFormFieldsMax)});
      else out.push_back(std::move(field));
    }
    return out;
  }

  // jiaoji:due="5 workdays", "P15D" or "P2M", with what its law says of counting: firstDayCounts, onHoliday (next, keep, previous), endsAt and
  // afterHours ("17:00"), clause.
  std::optional<Rule> term(const pugi::xml_node& node) {
    const auto said = own_attribute(node, "due");
    if (said.empty()) return std::nullopt;
    Rule out;
    const auto wrong = [&](const char* name, const std::string& value) {
      complain(node, "procedure.term", {fmt::format("时限 {}=“{}”看不懂；例如 due=\"5 workdays\"、\"5个工作日\"、\"P15D\"、\"P2M\"，onHoliday=\"next\"，endsAt=\"17:00\"", name, value), fmt::format("the term {}=\"{}\" is not understood; for example due=\"5 workdays\", \"P15D\", \"P2M\", onHoliday=\"next\", endsAt=\"17:00\"", name, value)});
    };
    const auto digits = said.find_first_of("0123456789");
    const auto end = digits == std::string::npos ? digits : said.find_first_not_of("0123456789", digits);
    const auto number = digits == std::string::npos ? "" : said.substr(digits, end - digits);
    const auto before = said.substr(0, std::min(digits, said.size())), after = end == std::string::npos ? "" : text::trim(std::string_view(said).substr(end));
    if (before.empty() && (after == "workdays" || after == "workday" || after == "个工作日")) out.unit = Unit::workdays;
    else if (before == "P" && after == "D") out.unit = Unit::days;
    else if (before == "P" && after == "M") out.unit = Unit::months;
    else return wrong("due", said), std::nullopt;
    if (number.empty() || number.size() > 4) return wrong("due", said), std::nullopt;
    out.amount = std::stoi(number);
    if (out.amount > (out.unit == Unit::months ? kMonthsMax : kDaysMax)) return wrong("due", said), std::nullopt;
    out.clause = own_attribute(node, "clause");
    out.first_day_counts = own_attribute(node, "firstDayCounts") == "true";
    if (const auto on = own_attribute(node, "onHoliday"); on == "keep") out.on_holiday = OnHoliday::keep;
    else if (on == "previous") out.on_holiday = OnHoliday::previous;
    else if (!on.empty() && on != "next") wrong("onHoliday", on);
    if (const auto at = own_attribute(node, "endsAt"); !at.empty()) {
      if (const auto minute = parse_minute(at)) out.ends_at = *minute;
      else wrong("endsAt", at);
    }
    if (const auto at = own_attribute(node, "afterHours"); !at.empty()) {
      out.after_hours = parse_minute(at);
      if (!out.after_hours) wrong("afterHours", at);
    }
    return out;
  }

  // jiaoji:share="0.8", jiaoji:effort="2.5"
  std::optional<double> own_number(const pugi::xml_node& node, const char* name, double high) {
    const auto said = own_attribute(node, name);
    if (said.empty()) return std::nullopt;
    const auto number = Decimal::parse(said);
    if (number && number->approximate() >= 0 && number->approximate() <= high) return number->approximate();
    complain(node, "procedure.number", {fmt::format("{} 应在 0 与 {} 之间，不是“{}”", name, high, said), fmt::format("{} should be between 0 and {}, not \"{}\"", name, high, said)});
    return std::nullopt;
  }

  FormulaPointer own_formula(const pugi::xml_node& node, const char* name) {
    const auto said = own_attribute(node, name);
    return said.empty() ? nullptr : formula(node, said);
  }

  // An attribute of the product's own namespace, whatever its prefix.
  static std::string own_attribute(const pugi::xml_node& node, std::string_view name) {
    for (const auto one : node.attributes()) {
      if (local(one.name()) != name) continue;
      const std::string_view full = one.name();
      const auto colon = full.find(':');
      if (colon == std::string_view::npos) continue;
      const auto declaration = "xmlns:" + std::string(full.substr(0, colon));
      for (auto around = node; around; around = around.parent()) {
        if (const auto found = around.attribute(declaration.c_str())) {
          if (found.value() == kOwnNamespace) return text::trim(one.value());
          break;
        }
      }
    }
    return {};
  }

  // ---- events, loops, expressions

  // The name or code that a reference stands for.
  std::string named(const pugi::xml_node& node, const char* attribute_name) {
    const auto id = reference(node, attribute_name);
    if (id.empty()) return {};
    const auto found = names_.find(id);
    if (found != names_.end()) return found->second;
    complain(node, "procedure.reference", {fmt::format("{} 指向的“{}”不存在", attribute_name, id), fmt::format("{} names \"{}\", which is not there", attribute_name, id)});
    return {};
  }

  EventDefinition definition(const pugi::xml_node& node) {
    const auto& row = *row_of(kTriggers, local(node.name()));
    EventDefinition out{.trigger = row.trigger};
    if (row.trigger == Trigger::compensation) out.name = reference(node, row.reference), out.awaited = attribute(node, "waitForCompletion") != "false";
    else if (row.trigger == Trigger::link) out.name = attribute(node, "name");
    else if (*row.reference) out.name = named(node, row.reference);
    if (row.trigger == Trigger::message) out.key = own_formula(node, "key");
    if (row.trigger == Trigger::condition) out.condition = formula(node, child(node, "condition"));
    if (row.trigger == Trigger::timer) timer(node, out.timer);
    return out;
  }

  void timer(const pugi::xml_node& node, Timer& out) {
    constexpr std::pair<const char*, Timer::Kind> kinds[] = {{"timeDate", Timer::Kind::date}, {"timeDuration", Timer::Kind::duration}, {"timeCycle", Timer::Kind::cycle}};
    int count = 0;
    for (const auto& [name, kind] : kinds) {
      const auto part = child(node, name);
      if (!part) continue;
      ++count;
      out.kind = kind;
      time_text(node, text::trim(content(part)), out);
    }
    if (count != 1) complain(node, "procedure.timer", {"定时器应有且只有 timeDate、timeDuration、timeCycle 之一", "a timer should have one of timeDate, timeDuration, timeCycle"});
  }

  void time_text(const pugi::xml_node& node, std::string said, Timer& out) {
    for (const std::string_view suffix : {"workdays", "workday", "个工作日"}) {
      if (out.kind != Timer::Kind::duration || !said.ends_with(suffix)) continue;
      out.workdays = true;
      said = text::trim(std::string_view(said).substr(0, said.size() - suffix.size()));
      break;
    }
    const bool iso = !out.workdays && !said.empty() && (said[0] == 'P' || said[0] == 'R' || (said[0] >= '0' && said[0] <= '9')) && said.find_first_of("(\" ") == std::string::npos;
    if (!iso) {
      out.formula = formula(node, said);
      return;
    }
    out.text = std::move(said);
    if (!is_timer(out)) complain(node, "procedure.timer", {fmt::format("“{}”不是 ISO 8601 的时间；例如 2026-10-10T09:00:00+08:00、P3D、R3/PT10M 或“5 workdays”", out.text), fmt::format("\"{}\" is no ISO 8601 time; for example 2026-10-10T09:00:00+08:00, P3D, R3/PT10M or \"5 workdays\"", out.text)});
  }

  Loop loop(const pugi::xml_node& node) {
    Loop out;
    if (local(node.name()) == "standardLoopCharacteristics") {
      out.kind = Loop::Kind::standard;
      out.test_before = attribute(node, "testBefore") == "true";
      out.condition = formula(node, child(node, "loopCondition"));
      if (!attribute(node, "loopMaximum").empty()) out.maximum = maximum(node);
      return out;
    }
    out.kind = attribute(node, "isSequential") == "true" ? Loop::Kind::sequential : Loop::Kind::parallel;
    out.cardinality = formula(node, child(node, "loopCardinality"));
    out.condition = formula(node, child(node, "completionCondition"));
    out.collection = first_of(reference(node, "loopDataInputRef"), own_attribute(node, "collection"));
    out.item = first_of(attribute(child(node, "inputDataItem"), "name"), own_attribute(node, "item"), "item");
    out.output = first_of(reference(node, "loopDataOutputRef"), own_attribute(node, "output"));
    out.output_item = first_of(attribute(child(node, "outputDataItem"), "name"), own_attribute(node, "outputItem"));
    const auto behavior = attribute(node, "behavior");
    out.behavior = behavior == "None" ? Loop::Behavior::none : behavior == "One" ? Loop::Behavior::one : Loop::Behavior::all;
    if (behavior == "Complex") unsupported(node, "behavior=\"Complex\"");
    links_.nodes.back().loop_event = reference(node, behavior == "None" ? "noneBehaviorEventRef" : "oneBehaviorEventRef");
    return out;
  }

  static std::string first_of(std::string a, std::string b, std::string c = {}) { return !a.empty() ? a : !b.empty() ? b : c; }

  std::int32_t maximum(const pugi::xml_node& node) {
    const auto given = attribute(node, "loopMaximum");
    if (given.size() <= 6 && given.find_first_not_of("0123456789") == std::string::npos && std::stoi(given) >= 1) return std::stoi(given);
    complain(node.parent(), "procedure.loop_maximum", {fmt::format("loopMaximum 应是 1 到 999999 的整数，不是“{}”", given), fmt::format("loopMaximum should be a whole number from 1 to 999999, not \"{}\"", given)});
    return 1;
  }

  FormulaPointer formula(const pugi::xml_node& owner, const pugi::xml_node& node) {
    if (!node) return nullptr;
    const auto language = attribute(node, "language");
    if (!language.empty() && language.find("feel") == std::string::npos && language.find("FEEL") == std::string::npos) {
      complain(owner, std::string(kUnsupported), {fmt::format("表达式应是 FEEL，不是“{}”", language), fmt::format("an expression should be FEEL, not \"{}\"", language)});
      return nullptr;
    }
    return formula(owner, content(node));
  }
  FormulaPointer formula(const pugi::xml_node& owner, std::string_view source) {
    auto made = compile(source);
    if (made) return *made;
    complain(owner, "procedure.expression", {fmt::format("表达式“{}”有误：{}", source, made.error().detail.zh), fmt::format("the expression \"{}\": {}", source, made.error().detail.en)});
    return nullptr;
  }

  std::string_view text_;
  xml::Lines lines_;
  pugi::xml_document document_;
  Reading out_;
  Links links_;
  std::map<std::string, std::string> names_;        // of messages and signals, codes of errors and escalations, by id
  std::map<std::string, std::pair<std::string, std::string>> participant_;  // name and city, by process
};

}  // namespace

Result<Reading> read_procedure(std::string_view bpmn) { return Reader(bpmn).read(); }

}  // namespace jiaoji::casework

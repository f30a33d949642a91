// 材料、移交、预计、统计、换版、消息的界面文字；英文在 papers.en.ts。
export const papersZh = {
  evidence: {
    title: "材料", mine: "我的材料", mineIntro: "一份材料只交一次。以后办事，从这里取用就行；每次取用都要您自己同意。", none: "这件事还没有材料。", mineNone: "还没有交过材料。", mineNoneHelp: "交一份，以后各市办事都能取用。", toMine: "我的材料",
    name: "材料名称", grade: "可信等级", issuer: "谁出具的", validity: "有效期", hash: "校验值", consent: "同意取用", state: "能不能用", usable: "可用", unusable: "不能用", withdrawn: "已撤回", acceptedBy: "哪些市认可", everywhere: "各市都认可", always: "长期有效", from: "{0} 起", until: "到 {0}", between: "{0} 至 {1}", issuedBy: "{0}登记", byApplicant: "申请人", use: "用于这件事", given: "交来", file: "文件", download: "下载", noFile: "只有校验值，没有文件", copy: "复制", copyHash: "复制完整校验值：{0}", copied: "已复制校验值", hashHelp: "校验值（SHA-256）：文件一个字不同，它就不同。", actions: "操作",
    grades: { A: "办事机构出具", B: "窗口核验原件", C: "自行上传", D: "本人声明并承诺" }, gradesTitle: "A 到 D 是什么意思",
    gradesMean: { A: "由办事机构自己出具，最可信。", B: "工作人员在窗口看过原件，与原件一致。", C: "申请人自己上传，没有核对过原件。", D: "申请人自己写的声明，承诺属实，说错要负责。" },
    notYet: "{0} 起才有效", expired: "已于 {0} 过期", notAccepted: "{0}不认可它",
    attachTitle: "取用以前交过的材料", attachHelp: "点“同意取用”，就是同意{0}办这件事时使用这份材料。", attachNone: "没有可以取用的材料。", attach: "同意取用", attached: "已用于这件事：{0}", detach: "不再用于这件事", detached: "不再用于这件事：{0}", detachSure: "“{0}”不再用于这件事；材料还在，以后可以再取用。已经移交出去的收不回来。",
    waiting: "已登记，等申请人同意取用", waitingHelp: "取用材料要申请人自己同意；本市登记的，本市办理时可以直接用。申请人打开这件事就会看到。",
    give: "交一份新材料", giveForParty: "为申请人登记材料（A、B 级）", giveAndUse: "交上去，用于这件事", giveOnly: "交上去", register: "登记", registerAndUse: "登记，用于这件事", gave: "已交：{0}", how: "怎样交",
    howC: "上传文件", howCHelp: "C 级：自行上传", howD: "自己写声明", howDHelp: "D 级：本人声明并承诺", howA: "本机关出具的", howAHelp: "A 级", howB: "窗口核验过原件的", howBHelp: "B 级",
    nameHint: "例如：营业执照、环境检测报告", issuerHint: "写在材料上的单位", fileLabel: "文件", fileHint: "至多 700 kB；照片太大可以先缩小，或存成 PDF", fileTooBig: "文件有 {0} kB，至多 700 kB", fileMissing: "请选文件", fileEmpty: "文件是空的", statement: "您要声明的内容", statementHint: "写清楚是什么、多少、什么时候", pledge: "我承诺以上内容属实。如有不实，愿意承担由此产生的法律责任，已办的事可以被撤销。", pledgeMissing: "勾选承诺后才能交", validFrom: "有效期起", validUntil: "有效期止", datesWrong: "有效期止早于有效期起", acceptOnly: "只有这些市认可", acceptMissing: "至少选一个市", uploading: "正在上传 {0}%", checking: "正在校验……",
    statementFile: "{0}\n\n{1}\n\n承诺：{2}\n\n声明人：{3}\n日期：{4}\n",
    withdraw: "撤回", withdrawSure: "撤回“{0}”？撤回后不能再取用；已经用了它的办件会写明“已撤回”。不能恢复，只能重新交。", withdrew: "已撤回：{0}", csv: "导出 CSV",
  },
  handover: {
    officeOnly: "另有 {0} 项办事机构内部的意见一并送去，这里不显示。",
    frozen: "正在移交：等对方接收，或由移出的市撤回以后，才能接着办。",
    title: "移交", none: "这件事没有移交过。", help: "一件事一个编号，移交后仍是这个编号。接收就是回执。", route: "{0} → {1}", reason: "为什么移交", sent: "送出", answered: "答复", answer: "答复内容", receipt: "内容校验值", content: "交了什么", loading: "正在取内容……",
    states: { asked: "等申请人同意", refused: "申请人不同意", sent: "已送出，等对方接收", received: "已接收", returned: "已退回", withdrawn: "已撤回" },
    says: { asked: "还没有送出：申请人同意后才会送到{1}。", refused: "申请人不同意，没有送出，仍由{0}办理。", sent: "已送到{1}，等对方接收。", received: "{1}已接收，从那时起由{1}办理。", returned: "{1}退回了，仍由{0}办理。", withdrawn: "{0}撤回了这次移交，仍由{0}办理。" },
    open: "移交给别的市", to: "移交给哪个市", choose: "请选择", reasonHint: "对方和申请人都会看到", variables: "哪些内容随件移交", evidence: "哪些材料随件移交", noVariables: "这件事还没有填写的内容。", noEvidence: "这件事没有材料。", goes: "移交", all: "全选", nobody: "全不选", check: "下一步：核对",
    checkTitle: "核对：{0}会看到什么", sees: "{0}会看到", seesNot: "{0}看不到", nothing: "（没有）", tasksGo: "正由{0}办的任务随件移交：{1}。", tasksNone: "没有随件移交的任务。", asksFirst: "先问申请人：申请人同意以后才送出。", goesNow: "这件事没有申请人，确认后马上送出。", send: "确认移交", sendAsk: "确认，去问申请人", change: "返回修改", didAsk: "已去问申请人", didSend: "已移交给{0}",
    withheld: "没有移交", withheldHere: "移交时没有给您这个市的内容：{0}",
    question: "要您同意：把这件事移交给{0}", questionWhy: "{0}想把这件事移交给{1}办理。原因：{2}", questionGoes: "{0}会看到下面这些：", questionNot: "不会给{0}：{1}", questionAfter: "同意：{1}接着办，编号不变。不同意：不送出，仍由{0}办。", agree: "同意移交", disagree: "不同意", why: "为什么不同意", agreed: "已同意，移交给{0}", disagreed: "已答复：不同意", sureDisagree: "确认不同意", inboxTitle: "等您答复的移交", inboxAsked: "是否同意移交给{0}？", inboxSent: "{0}移交来，等您接收或退回", inboxGo: "去答复",
    arrived: "{0}移交来的，等您接收", arrivedHelp: "接收就是回执：从接收起由{0}办理，时限照旧。", note: "说明", noteHint: "退回时要写明原因", noteMissing: "退回要写明原因", receive: "接收", sendBack: "退回", received: "已接收", returned: "已退回", withdraw: "撤回移交", withdrawSure: "撤回给{0}的移交？对方不再看到这件事，仍由本市办理。", withdrew: "已撤回移交", number: "编号", consented: "申请人同意", askedAt: "提出", paper: "书面同意存在哪里", paperHint: "只在申请人没有账号时填，例如档案号；有账号的要他自己在系统里同意", onPaper: "凭书面同意（{0}），确认后马上送出。", papers: "{0} 份材料", hidden: "交了什么，只有移交双方和申请人看得到。",
  },
  likely: {
    title: "预计什么时候办完", whole: "这件事多半在 {0} 前后办完；十件里有九件在 {1} 以前办完。", open: "这件事多半在 {0} 前后办完；十件里有九件要多久，现在说不准。", task: "{0}：多半 {1}，十次里九次在 {2} 以前", amber: "照这样看，可能超过期限 {0}", amberTask: "可能超期", inTime: "照这样看，赶得上期限 {0}", drawn: "参照了这个流程已办过的 {0} 项任务；先例不到五次的步骤，按流程写的期限和用时推算。", assumed: "还没有办过的任务可以参照，全部按流程写的期限和用时推算。", notPromise: "这是推算，不是承诺；有法律效力的是上面的期限。", tasks: "正在办的各项任务",
  },
  figures: {
    title: "办件统计", result: "办结于", noResult: "（未写名称）", intro: "每件只数一次，公开的只有数字，没有当事人。点结果可看您看得到的办件。", none: "这个流程还没有办件，没有数字。", opened: "立案", closed: "已结束", running: "办理中", outcome: "结果", cases: "件数", share: "占比", days: "平均用时（工作日）", answer: "回答", total: "合计", adds: "各行相加 = 立案 {0} 件", addsNot: "各行相加是 {0}，与立案 {1} 件对不上", unanswered: "没有回答", yes: "是", no: "否", empty: "还没有件的 {0} 个答案：{1}", csv: "导出统计 CSV", noDays: "—", by: "按“{0}”", effect: "每一项的效果：多少件、结束多少、平均用多少个工作日。", at: "截至 {0}",
  },
  moving: {
    title: "换到新版本", intro: "还按旧版本办的件。能换的可以一起换到第 {0} 版；换过去后，步骤、任务和已填的内容都不变，以后的路按新版走。", none: "没有按旧版本办的件。", all: "共 {0} 件：{1} 件能换，{2} 件不能。", number: "办件编号", matter: "事项", version: "现在按", can: "能不能换", yes: "能换", no: "不能：{0}", go: "把能换的 {0} 件换到第 {1} 版", sure: "把 {0} 件换到第 {1} 版？换了不能换回。", confirm: "确认换版", done: "{0} 件已换到第 {1} 版", nothing: "没有能换的件。",
  },
  messages: {
    title: "消息", intro: "别的系统发给办件的消息，例如“税务登记已完成”。等着它的办件一收到就往下走。", tab: "消息", tabs: { delivered: "已送到", waiting: "等办件来取", expired: "过期" }, help: { delivered: "已有办件收到并往下走了。", waiting: "还没有办件在等它。先存 30 天；这期间有办件等它，就马上送到。", expired: "30 天里没有办件等它，已不再送。多半是消息名或办件编号写错了。" }, none: { delivered: "还没有送到的消息。", waiting: "没有等着的消息。", expired: "没有过期的消息。" }, name: "消息名", id: "发来的编号", matter: "送到哪件", received: "收到", expires: "存到", officers: "这一页给城市工作人员看。",
  },
  ofOne: "只列出一个流程的办件。", ofAll: "看全部流程的", noTasks: "没有要办的任务，只有上面的移交等您答复。", amberRule: "即将到期：只剩期限的五分之一或一个工作日，或按已办过的件推算会过期", release: "放回", released: "已放回，同事可以领办：{0}", officeOnly: "仅办事机构可见", amber: "可能赶不上，余 {0} / 共 {1} {2}",
};

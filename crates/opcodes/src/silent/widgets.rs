//! Opcodes for windows with widgets, and other things that a hand moves.

use super::{NOTHING, refs, silent, starts};
use orchestrion_base::op::{Make, OpDef, Sig, sig};

/// The value is input 1, the least one.
const FROM_1: Make = starts::<1, 1>();
/// The value is input 2, that of a released button.
const FROM_2: Make = starts::<2, 2>();
/// Two values, the least ones.
const FROM_1_3: Make = starts::<1, 3>();
/// Two values, the least ones.
const FROM_0_2: Make = starts::<0, 2>();

const fn op(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    silent(name, summary, sigs, "there is no window for widgets: they keep their first values")
}

/// Rows for the registry.
pub(super) static OPS: [&OpDef; 76] = refs(&TABLE);

static TABLE: [OpDef; 76] = [
    op("FLbox", "A box with text.", &[sig("i", "Siiiiiii", NOTHING), sig("i", "iiiiiiii", NOTHING)]),
    op("FLbutBank", "A bank of buttons.", &[sig("ki", "iiiiiiiz", NOTHING)]),
    op("FLbutton", "A button; its value is that of the released state.", &[sig("ki", "Siiiiiiiz", FROM_2)]),
    op("FLcloseButton", "A button that closes its panel.", &[sig("i", "Siiii", NOTHING)]),
    op("FLcolor", "Colours of the widgets to come.", &[sig("", "jjjjjj", NOTHING)]),
    op("FLcolor2", "Second colour of the widgets to come.", &[sig("", "jjj", NOTHING)]),
    op("FLcount", "A counter; its value is the least.", &[sig("ki", "Siiiiiiiiiz", FROM_1)]),
    op("FLexecButton", "A button that runs a program.", &[sig("i", "Siiii", NOTHING)]),
    op("FLgetsnap", "Fetches a snapshot of the widgets.", &[sig("i", "io", NOTHING)]),
    op("FLgroup", "Opens a group of widgets.", &[sig("", "Siiiij", NOTHING)]),
    op("FLgroupEnd", "Closes a group of widgets.", &[sig("", "", NOTHING)]),
    op("FLgroup_end", "Closes a group of widgets.", &[sig("", "", NOTHING)]),
    op("FLhide", "Hides a widget.", &[sig("", "i", NOTHING)]),
    op("FLhvsBox", "A box that shows a hyper-vectorial synthesis.", &[sig("i", "iiiiiio", NOTHING)]),
    op("FLhvsBoxSetValue", "Moves the cursor of a FLhvsBox.", &[sig("", "kki", NOTHING)]),
    op(
        "FLjoy",
        "A field for two values at once; they are the least.",
        &[sig("kkii", "Siiiijjjjjjjj", FROM_1_3)],
    ),
    op("FLkeyIn", "The key that is pressed in a panel: none.", &[sig("k", "o", NOTHING)]),
    op("FLknob", "A knob; its value is the least.", &[sig("ki", "Siijjjjjjo", FROM_1)]),
    op("FLlabel", "Labels of the widgets to come.", &[sig("", "ojojjj", NOTHING)]),
    op("FLloadsnap", "Loads snapshots of the widgets from a file.", &[sig("", "So", NOTHING)]),
    op("FLmouse", "Place and buttons of the mouse: none is pressed.", &[sig("kkkkk", "o", NOTHING)]),
    op("FLpack", "Opens a container of widgets.", &[sig("", "iiiiooo", NOTHING)]),
    op("FLpackEnd", "Closes a container of widgets.", &[sig("", "", NOTHING)]),
    op("FLpack_end", "Closes a container of widgets.", &[sig("", "", NOTHING)]),
    op("FLpanel", "Opens a window.", &[sig("", "Sjjjoooo", NOTHING)]),
    op("FLpanelEnd", "Closes a window.", &[sig("", "", NOTHING)]),
    op("FLpanel_end", "Closes a window.", &[sig("", "", NOTHING)]),
    op("FLprintk", "Shows a k-value in a widget now and then.", &[sig("", "iki", NOTHING)]),
    op("FLprintk2", "Shows a k-value in a widget when it changes.", &[sig("", "ki", NOTHING)]),
    op("FLroller", "A wheel; its value is the least.", &[sig("ki", "Siijjjjjjjj", FROM_1)]),
    op("FLrun", "Starts the thread of the widgets.", &[sig("", "", NOTHING)]),
    op("FLsavesnap", "Saves snapshots of the widgets to a file.", &[sig("", "So", NOTHING)]),
    op("FLscroll", "Opens an area that scrolls.", &[sig("", "iiii", NOTHING)]),
    op("FLscrollEnd", "Closes an area that scrolls.", &[sig("", "", NOTHING)]),
    op("FLscroll_end", "Closes an area that scrolls.", &[sig("", "", NOTHING)]),
    op("FLsetAlign", "Places the text of a widget.", &[sig("", "ii", NOTHING)]),
    op("FLsetBox", "Sets the frame of a widget.", &[sig("", "ii", NOTHING)]),
    op("FLsetColor", "Sets the colour of a widget.", &[sig("", "iiii", NOTHING)]),
    op("FLsetColor2", "Sets the second colour of a widget.", &[sig("", "iiii", NOTHING)]),
    op("FLsetFont", "Sets the font of a widget.", &[sig("", "ii", NOTHING)]),
    op("FLsetPosition", "Moves a widget.", &[sig("", "iii", NOTHING)]),
    op("FLsetSize", "Resizes a widget.", &[sig("", "iii", NOTHING)]),
    op(
        "FLsetSnapGroup",
        "Names the group of the snapshots of the widgets to come.",
        &[sig("", "i", NOTHING)],
    ),
    op("FLsetText", "Sets the text of a widget.", &[sig("", "Si", NOTHING), sig("", "ii", NOTHING)]),
    op("FLsetTextColor", "Sets the colour of a widget's text.", &[sig("", "iiii", NOTHING)]),
    op("FLsetTextSize", "Sets the size of a widget's text.", &[sig("", "ii", NOTHING)]),
    op("FLsetTextType", "Sets the look of a widget's text.", &[sig("", "ii", NOTHING)]),
    op("FLsetVal", "Moves a widget at control rate.", &[sig("", "kki", NOTHING)]),
    op("FLsetVal_i", "Moves a widget.", &[sig("", "ii", NOTHING)]),
    op("FLsetVali", "Moves a widget.", &[sig("", "ii", NOTHING)]),
    op("FLsetsnap", "Stores a snapshot of the widgets.", &[sig("ii", "ioo", NOTHING)]),
    op("FLshow", "Shows a widget that was hidden.", &[sig("", "i", NOTHING)]),
    op(
        "FLslidBnk",
        "A bank of horizontal sliders.",
        &[sig("", "Siooooooooo", NOTHING), sig("", "iiooooooooo", NOTHING)],
    ),
    op(
        "FLslidBnk2",
        "A bank of horizontal sliders described by a table.",
        &[sig("", "Siiiooooo", NOTHING), sig("", "iiiiooooo", NOTHING)],
    ),
    op("FLslidBnk2Set", "Moves the sliders of a bank.", &[sig("", "iiooo", NOTHING)]),
    op("FLslidBnk2Setk", "Moves the sliders of a bank at control rate.", &[sig("", "kiiooo", NOTHING)]),
    op("FLslidBnkGetHandle", "Handle of the last bank of sliders.", &[sig("i", "", NOTHING)]),
    op("FLslidBnkSet", "Moves the sliders of a bank.", &[sig("", "iiooo", NOTHING)]),
    op("FLslidBnkSetk", "Moves the sliders of a bank at control rate.", &[sig("", "kiiooo", NOTHING)]),
    op("FLslider", "A slider; its value is the least.", &[sig("ki", "Siijjjjjjj", FROM_1)]),
    op("FLtabs", "Opens a container with tabs.", &[sig("", "iiii", NOTHING)]),
    op("FLtabsEnd", "Closes a container with tabs.", &[sig("", "", NOTHING)]),
    op("FLtabs_end", "Closes a container with tabs.", &[sig("", "", NOTHING)]),
    op("FLtext", "A field for a number; its value is the least.", &[sig("ki", "Siijjjjjj", FROM_1)]),
    op("FLupdate", "Redraws the widgets.", &[sig("", "", NOTHING)]),
    op("FLvalue", "A widget that shows a number.", &[sig("i", "Sjjjj", NOTHING)]),
    op("FLvkeybd", "A keyboard that sends MIDI.", &[sig("", "Siiii", NOTHING)]),
    op(
        "FLvslidBnk",
        "A bank of vertical sliders.",
        &[sig("", "Siooooooooo", NOTHING), sig("", "iiooooooooo", NOTHING)],
    ),
    op(
        "FLvslidBnk2",
        "A bank of vertical sliders described by a table.",
        &[sig("", "Siiiooooo", NOTHING), sig("", "iiiiooooo", NOTHING)],
    ),
    op("FLxyin", "Place of the mouse in an area: the least values.", &[sig("kkk", "iiiiiiiioooo", FROM_0_2)]),
    op("button", "A button of a panel: not pressed.", &[sig("k", "k", NOTHING)]),
    op("checkbox", "A box of a panel: not ticked.", &[sig("k", "k", NOTHING)]),
    op("control", "A slider of a panel: 0.", &[sig("k", "k", NOTHING)]),
    op("flashtxt", "Shows a text in a window.", &[sig("", "ii", NOTHING), sig("", "iS", NOTHING)]),
    op("joystick", "Axes and buttons of a joystick: at rest.", &[sig("k", "kk", NOTHING)]),
    op("setctrl", "Sets a slider of a panel.", &[sig("", "iii", NOTHING), sig("", "iSi", NOTHING)]),
];

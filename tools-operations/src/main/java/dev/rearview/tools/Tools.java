package dev.rearview.tools;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.tools.aggbags.RwAggBag;
import dev.rearview.tools.aggbags.RwAggBagBuild;
import dev.rearview.tools.aggbags.RwAggBagCat;
import dev.rearview.tools.aggbags.RwAggBagTool;
import dev.rearview.tools.bags.RwBag;
import dev.rearview.tools.bags.RwBagBuild;
import dev.rearview.tools.bags.RwBagCat;
import dev.rearview.tools.bags.RwBagTool;
import dev.rearview.tools.changed.Changed;
import dev.rearview.tools.contacts.Contacts;
import dev.rearview.tools.demo.Demo;
import dev.rearview.tools.engine.EngineTool;
import dev.rearview.tools.help.HelpTool;
import dev.rearview.tools.init.Init;
import dev.rearview.tools.install.Install;
import dev.rearview.tools.install.Uninstall;
import dev.rearview.tools.ipa.RwIpaExport;
import dev.rearview.tools.ipa.RwIpaImport;
import dev.rearview.tools.mapsid.MapSid;
import dev.rearview.tools.nfdump.Nfdump;
import dev.rearview.tools.num2dot.Num2Dot;
import dev.rearview.tools.repack.RepackTool;
import dev.rearview.tools.run.Run;
import dev.rearview.tools.rwaddrcount.RwAddrCount;
import dev.rearview.tools.rwallformats.RwAllFormats;
import dev.rearview.tools.rwappend.RwAppend;
import dev.rearview.tools.rwcat.RwCat;
import dev.rearview.tools.rwcombine.RwCombine;
import dev.rearview.tools.rwcompare.RwCompare;
import dev.rearview.tools.rwcount.RwCount;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwdedupe.RwDedupe;
import dev.rearview.tools.rwfglob.RwFGlob;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwflowpack.RwFlowPack;
import dev.rearview.tools.rwgeoip2ccmap.RwGeoIp2CcMap;
import dev.rearview.tools.rwgroup.RwGroup;
import dev.rearview.tools.rwguess.RwGuess;
import dev.rearview.tools.rwidsquery.RwIdsQuery;
import dev.rearview.tools.rwip2cc.RwIp2Cc;
import dev.rearview.tools.rwipfix2silk.RwIpfix2Silk;
import dev.rearview.tools.rwmatch.RwMatch;
import dev.rearview.tools.rwnetmask.RwNetMask;
import dev.rearview.tools.rwp2yaf2silk.RwP2Yaf2Silk;
import dev.rearview.tools.rwpackchecker.RwPackChecker;
import dev.rearview.tools.rwpcut.RwPCut;
import dev.rearview.tools.rwpdedupe.RwPDedupe;
import dev.rearview.tools.rwpdu2silk.RwPdu2Silk;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import dev.rearview.tools.rwpmapcat.RwPmapCat;
import dev.rearview.tools.rwpmaplookup.RwPmapLookup;
import dev.rearview.tools.rwpmatch.RwPMatch;
import dev.rearview.tools.rwptoflow.RwPToFlow;
import dev.rearview.tools.rwrandomizeip.RwRandomizeIp;
import dev.rearview.tools.rwrecgenerator.RwRecGenerator;
import dev.rearview.tools.rwresolve.RwResolve;
import dev.rearview.tools.rwscan.RwScan;
import dev.rearview.tools.rwscanquery.RwScanQuery;
import dev.rearview.tools.rwset.RwSet;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwsetcat.RwSetCat;
import dev.rearview.tools.rwsetmember.RwSetMember;
import dev.rearview.tools.rwsettool.RwSetTool;
import dev.rearview.tools.rwsilk2ipfix.RwSilk2Ipfix;
import dev.rearview.tools.rwsiteinfo.RwSiteInfo;
import dev.rearview.tools.rwsort.RwSort;
import dev.rearview.tools.rwsplit.RwSplit;
import dev.rearview.tools.rwstats.RwStats;
import dev.rearview.tools.rwswapbytes.RwSwapBytes;
import dev.rearview.tools.rwtotal.RwTotal;
import dev.rearview.tools.rwtuc.RwTuc;
import dev.rearview.tools.rwuniq.RwUniq;
import dev.rearview.tools.silkconfig.SilkConfig;
import dev.rearview.tools.status.StatusTool;
import dev.rearview.tools.store.StoreTool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The registry of commands.
public final class Tools {
    private static final List<String> NAMES =
            List.of(
                    "changed",
                    "contacts",
                    "demo",
                    "engine",
                    "explain",
                    "help",
                    "init",
                    "install",
                    "mapsid",
                    "nfdump",
                    "num2dot",
                    "repack",
                    "run",
                    "rwaddrcount",
                    "rwaggbag",
                    "rwaggbagbuild",
                    "rwaggbagcat",
                    "rwaggbagtool",
                    "rwallformats",
                    "rwappend",
                    "rwbag",
                    "rwbagbuild",
                    "rwbagcat",
                    "rwbagtool",
                    "rwcat",
                    "rwcombine",
                    "rwcompare",
                    "rwcount",
                    "rwcut",
                    "rwdedupe",
                    "rwfglob",
                    "rwfileinfo",
                    "rwfilter",
                    "rwflowpack",
                    "rwgeoip2ccmap",
                    "rwgroup",
                    "rwguess",
                    "rwidsquery",
                    "rwip2cc",
                    "rwipaexport",
                    "rwipaimport",
                    "rwipfix2silk",
                    "rwmatch",
                    "rwnetmask",
                    "rwp2yaf2silk",
                    "rwpackchecker",
                    "rwpcut",
                    "rwpdedupe",
                    "rwpdu2silk",
                    "rwpmapbuild",
                    "rwpmapcat",
                    "rwpmaplookup",
                    "rwpmatch",
                    "rwptoflow",
                    "rwrandomizeip",
                    "rwrecgenerator",
                    "rwresolve",
                    "rwscan",
                    "rwscanquery",
                    "rwset",
                    "rwsetbuild",
                    "rwsetcat",
                    "rwsetmember",
                    "rwsettool",
                    "rwsilk2ipfix",
                    "rwsiteinfo",
                    "rwsort",
                    "rwsplit",
                    "rwstats",
                    "rwswapbytes",
                    "rwtotal",
                    "rwtuc",
                    "rwuniq",
                    "silk_config",
                    "status",
                    "store",
                    "uninstall");

    /// Names by which a command is known besides its own.
    static final Map<String, String> OTHER_NAMES = Map.of("rwflowcapd", "rwflowpack");

    private Tools() {}

    /// One of each, with what its process was given.
    static List<Tool> all() {
        return NAMES.stream().flatMap(n -> create(n, Env.ofProcess()).stream()).toList();
    }

    /// All commands by name, other names of theirs included.
    static Map<String, Tool> byName() {
        Map<String, Tool> out = new TreeMap<>();
        all().forEach(t -> out.put(t.name(), t));
        for (String other : OTHER_NAMES.keySet()) {
            out.put(other, create(other, Env.ofProcess()).orElseThrow());
        }
        return out;
    }

    /// All commands, ascending; `rwflowcapd`, another name of `rwflowpack`, is not among them.
    public static List<String> names() {
        return NAMES;
    }

    /// A fresh instance of a command, empty if the name is unknown.
    public static Optional<Tool> create(String name, Env env) {
        Tool tool = flows(name, env);
        tool = tool != null ? tool : structures(name, env);
        tool = tool != null ? tool : packets(name, env);
        tool = tool != null ? tool : detection(name, env);
        tool = tool != null ? tool : operations(name, env);
        return Optional.ofNullable(tool);
    }

    /// Flows, sites and files.
    private static @Nullable Tool flows(String name, Env env) {
        return switch (name) {
            case "mapsid" -> new MapSid(env);
            case "num2dot" -> new Num2Dot(env);
            case "rwaddrcount" -> new RwAddrCount(env);
            case "rwallformats" -> new RwAllFormats(env);
            case "rwappend" -> new RwAppend(env);
            case "rwcat" -> new RwCat(env);
            case "rwcombine" -> new RwCombine(env);
            case "rwcompare" -> new RwCompare(env);
            case "rwcount" -> new RwCount(env);
            case "rwcut" -> new RwCut(env);
            case "rwdedupe" -> new RwDedupe(env);
            case "rwfglob" -> new RwFGlob(env);
            case "rwfileinfo" -> new RwFileInfo(env);
            case "rwfilter" -> new RwFilter(env);
            case "rwgroup" -> new RwGroup(env);
            case "rwmatch" -> new RwMatch(env);
            case "rwnetmask" -> new RwNetMask(env);
            case "rwrandomizeip" -> new RwRandomizeIp(env);
            case "rwresolve" -> new RwResolve(env);
            case "rwsiteinfo" -> new RwSiteInfo(env);
            case "rwsort" -> new RwSort(env);
            case "rwsplit" -> new RwSplit(env);
            case "rwstats" -> new RwStats(env);
            case "rwswapbytes" -> new RwSwapBytes(env);
            case "rwtotal" -> new RwTotal(env);
            case "rwtuc" -> new RwTuc(env);
            case "rwuniq" -> new RwUniq(env);
            case "silk_config" -> new SilkConfig(env);
            default -> null;
        };
    }

    /// Sets, prefix maps and bags.
    private static @Nullable Tool structures(String name, Env env) {
        return switch (name) {
            case "rwaggbag" -> new RwAggBag(env);
            case "rwaggbagbuild" -> new RwAggBagBuild(env);
            case "rwaggbagcat" -> new RwAggBagCat(env);
            case "rwaggbagtool" -> new RwAggBagTool(env);
            case "rwbag" -> new RwBag(env);
            case "rwbagbuild" -> new RwBagBuild(env);
            case "rwbagcat" -> new RwBagCat(env);
            case "rwbagtool" -> new RwBagTool(env);
            case "rwgeoip2ccmap" -> new RwGeoIp2CcMap(env);
            case "rwip2cc" -> new RwIp2Cc(env);
            case "rwpmapbuild" -> new RwPmapBuild(env);
            case "rwpmapcat" -> new RwPmapCat(env);
            case "rwpmaplookup" -> new RwPmapLookup(env);
            case "rwset" -> new RwSet(env);
            case "rwsetbuild" -> new RwSetBuild(env);
            case "rwsetcat" -> new RwSetCat(env);
            case "rwsetmember" -> new RwSetMember(env);
            case "rwsettool" -> new RwSetTool(env);
            default -> null;
        };
    }

    /// Packets and other formats.
    private static @Nullable Tool packets(String name, Env env) {
        return switch (name) {
            case "rwguess" -> new RwGuess(env);
            case "rwipfix2silk" -> new RwIpfix2Silk(env);
            case "rwp2yaf2silk" -> new RwP2Yaf2Silk(env);
            case "rwpackchecker" -> new RwPackChecker(env);
            case "rwpcut" -> new RwPCut(env);
            case "rwpdedupe" -> new RwPDedupe(env);
            case "rwpdu2silk" -> new RwPdu2Silk(env);
            case "rwpmatch" -> new RwPMatch(env);
            case "rwptoflow" -> new RwPToFlow(env);
            case "rwsilk2ipfix" -> new RwSilk2Ipfix(env);
            default -> null;
        };
    }

    /// Scans, alerts and databases.
    private static @Nullable Tool detection(String name, Env env) {
        return switch (name) {
            case "rwidsquery" -> new RwIdsQuery(env, Tools::create);
            case "rwipaexport" -> new RwIpaExport(env);
            case "rwipaimport" -> new RwIpaImport(env);
            case "rwscan" -> new RwScan(env);
            case "rwscanquery" -> new RwScanQuery(env, Tools::create);
            default -> null;
        };
    }

    /// The verbs, the daemon, and what needs other commands.
    private static @Nullable Tool operations(String name, Env env) {
        return switch (name) {
            case "changed" -> new Changed(env, Tools::create, NAMES);
            case "contacts" -> new Contacts(env);
            case "demo" -> new Demo(env);
            case "engine" -> new EngineTool(env, new Main.ForOthers());
            case "explain" -> new Run(env, true, Tools::create, NAMES);
            case "help" -> new HelpTool(env, Tools::create, NAMES);
            case "init" -> new Init(env);
            case "install" -> new Install(env);
            case "nfdump" -> new Nfdump(env);
            case "run" -> new Run(env, false, Tools::create, NAMES);
            case "repack" -> new RepackTool(env);
            case "rwflowpack", "rwflowcapd" -> new RwFlowPack(env);
            case "rwrecgenerator" -> new RwRecGenerator(env);
            case "status" -> new StatusTool(env);
            case "store" -> new StoreTool(env);
            case "uninstall" -> new Uninstall(env);
            default -> null;
        };
    }
}

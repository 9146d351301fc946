package dev.rearview.dist;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.lang.model.util.Elements.DocCommentKind;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// What stands in the repository's Java sources, as the compiler parses them.
///
/// @param files all of them, those of tests too
record Sources(List<SourceFile> files) {
    /// One file.
    ///
    /// @param path from the root of the repository
    /// @param packageDoc comment of the package; in `package-info.java` alone
    record SourceFile(
            Path path,
            String packageName,
            int lines,
            Optional<String> packageDoc,
            List<Type> types) {
        boolean isMain() {
            return path.toString().contains("/src/main/");
        }

        String name() {
            return path.getFileName().toString();
        }
    }

    /// A class, record, interface or enum, nested ones too.
    ///
    /// @param name with those of the types around it: `Outer.Inner`
    /// @param isPublic whether it can be named from every package
    /// @param isDocumented whether it has a `///` comment
    /// @param members names of its methods, fields and constants
    record Type(
            String name,
            boolean isPublic,
            boolean isDocumented,
            Set<String> members,
            List<Method> methods) {}

    /// A method, a constructor, or a record's header.
    ///
    /// @param name with that of its type: `Type.method`, `Type` for a record's header
    /// @param lines without its comment; 0 for a record's header
    record Method(String name, int lines, int parameters) {}

    /// Parses every file below the `src` directories of a repository's modules.
    static Sources of(Path root) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path source :
                    modules.map(m -> m.resolve("src"))
                            .filter(Files::isDirectory)
                            .sorted()
                            .toList()) {
                try (Stream<Path> all = Files.walk(source)) {
                    all.filter(p -> p.toString().endsWith(".java")).sorted().forEach(paths::add);
                }
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<SourceFile> out = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    manager,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    manager.getJavaFileObjectsFromPaths(paths));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                out.add(new Reader(unit, docs).file(root));
            }
        }
        return new Sources(out);
    }

    /// Those of the product, without tests.
    List<SourceFile> main() {
        return files.stream().filter(SourceFile::isMain).toList();
    }

    /// Reads one file's tree.
    private static final class Reader extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final DocTrees docs;
        private final SourcePositions positions;
        private final List<Type> types = new ArrayList<>();

        Reader(CompilationUnitTree unit, DocTrees docs) {
            this.unit = unit;
            this.docs = docs;
            this.positions = docs.getSourcePositions();
        }

        SourceFile file(Path root) throws IOException {
            scan(unit, null);
            Path path = Path.of(unit.getSourceFile().toUri());
            Tree packageTree = unit.getPackage();
            Optional<String> packageDoc =
                    path.endsWith("package-info.java")
                            ? Optional.ofNullable(
                                    docs.getDocComment(
                                            new TreePath(new TreePath(unit), packageTree)))
                            : Optional.empty();
            return new SourceFile(
                    root.relativize(path),
                    unit.getPackageName().toString(),
                    Files.readAllLines(path).size(),
                    packageDoc,
                    types);
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
            if (tree.getSimpleName().isEmpty()) {
                return super.visitClass(tree, null);
            }
            String simple = tree.getSimpleName().toString();
            String name = outer(getCurrentPath().getParentPath()) + simple;
            Set<String> members = new TreeSet<>();
            List<Method> methods = new ArrayList<>();
            int components = 0;
            for (Tree member : tree.getMembers()) {
                if (member instanceof MethodTree m && positions.getEndPosition(unit, m) >= 0) {
                    boolean isConstructor = m.getName().contentEquals("<init>");
                    String method = isConstructor ? simple : m.getName().toString();
                    members.add(method);
                    methods.add(
                            new Method(name + "." + method, lines(m), m.getParameters().size()));
                } else if (member instanceof VariableTree v) {
                    members.add(v.getName().toString());
                    // A record has no other fields than its components.
                    components += v.getModifiers().getFlags().contains(Modifier.STATIC) ? 0 : 1;
                }
            }
            if (tree.getKind() == Tree.Kind.RECORD) {
                // Its own constructor has the same parameters, written or not.
                String own = name + "." + simple;
                int header = components;
                methods.removeIf(m -> m.name().equals(own) && m.parameters() == header);
                methods.add(new Method(name, 0, components));
            }
            DocCommentKind kind = docs.getDocCommentKind(getCurrentPath());
            types.add(
                    new Type(
                            name,
                            isPublic(getCurrentPath()),
                            kind == DocCommentKind.END_OF_LINE,
                            members,
                            methods));
            return super.visitClass(tree, null);
        }

        /// Names of the types around a place, each with a point behind it.
        private static String outer(TreePath path) {
            StringBuilder out = new StringBuilder();
            for (TreePath p = path; p != null; p = p.getParentPath()) {
                if (p.getLeaf() instanceof ClassTree c && !c.getSimpleName().isEmpty()) {
                    out.insert(0, c.getSimpleName() + ".");
                }
            }
            return out.toString();
        }

        private int lines(MethodTree m) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, m));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, m));
            return (int) (last - first + 1);
        }

        /// Whether a type and all types around it are public; those in interfaces are.
        private static boolean isPublic(TreePath path) {
            for (TreePath p = path;
                    p != null && p.getLeaf() instanceof ClassTree c;
                    p = p.getParentPath()) {
                boolean isInInterface =
                        p.getParentPath().getLeaf() instanceof ClassTree outer
                                && outer.getKind() == Tree.Kind.INTERFACE;
                if (!isInInterface && !c.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
                    return false;
                }
            }
            return path.getLeaf() instanceof ClassTree;
        }
    }
}

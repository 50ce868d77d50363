package hub;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * For tests only. The server that Maven has comes without the module "analysis-common"; this gives it the few parts of
 * it that the index of the site names, under the same names and with the same defaults. A name that is missing here
 * makes the index fail loudly.
 */
public final class TestAnalysisPlugin extends Plugin implements AnalysisPlugin {

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        filters.put("stemmer", (index, env, name, settings) -> {
            String language = settings.get("language", settings.get("name", "porter"));
            if (language.equals("english") == false && language.equals("porter") == false) {
                throw new IllegalArgumentException("the test plugin knows no stemmer [" + language + "]");
            }
            return filter(name, PorterStemFilter::new);
        });
        filters.put("edge_ngram", (index, env, name, settings) -> {
            int least = settings.getAsInt("min_gram", 1);
            int most = settings.getAsInt("max_gram", 2);
            boolean keep = settings.getAsBoolean("preserve_original", false);
            return filter(name, in -> new EdgeNGramTokenFilter(in, least, most, keep));
        });
        return filters;
    }

    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new));
    }

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of("mapping", (index, env, name, settings) -> {
            NormalizeCharMap.Builder builder = new NormalizeCharMap.Builder();
            for (String rule : settings.getAsList("mappings")) {
                int at = rule.indexOf("=>");
                builder.add(unescaped(rule.substring(0, at).trim()), unescaped(rule.substring(at + 2).trim()));
            }
            NormalizeCharMap map = builder.build();
            return new CharFilterFactory() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public java.io.Reader create(java.io.Reader in) {
                    return new MappingCharFilter(map, in);
                }
            };
        });
    }

    /** A side of a rule, with the signs that are written as backslash, u and four digits. */
    private static String unescaped(String side) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < side.length(); at++) {
            if (side.startsWith("\\u", at)) {
                text.append((char) Integer.parseInt(side.substring(at + 2, at + 6), 16));
                at += 5;
            } else {
                text.append(side.charAt(at));
            }
        }
        return text.toString();
    }

    private static TokenFilterFactory filter(String name, UnaryOperator<TokenStream> make) {
        return new TokenFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TokenStream create(TokenStream in) {
                return make.apply(in);
            }
        };
    }
}

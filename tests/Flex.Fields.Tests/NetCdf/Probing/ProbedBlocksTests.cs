using Flex.Fields.NetCdf.Probing;

namespace Flex.Fields.Tests.NetCdf.Probing;

public class ProbedBlocksTests
{
    private readonly List<string> _tried = [];

    [Fact]
    public void One_element_of_every_chunk_is_tried_once()
    {
        var blocks = Blocks([2, 512, 600], [1, 256, 256]);
        blocks.Require([0, 100, 0], [1, 300, 200]);
        Assert.Equal(["0,0,0+1,1,1", "0,256,0+1,1,1"], _tried);
        blocks.Require([0, 0, 0], [1, 512, 600]);
        Assert.Equal(["0,0,256+1,1,1", "0,0,512+1,1,1", "0,256,256+1,1,1", "0,256,512+1,1,1"], _tried.Skip(2));
        blocks.Require([0, 0, 0], [1, 512, 600]);
        Assert.Equal(6, _tried.Count);
        blocks.Require([1, 511, 599], [1, 1, 1]);
        Assert.Equal("1,256,512+1,1,1", _tried[^1]);
    }

    [Fact]
    public void Small_chunks_are_tried_together()
    {
        Blocks([100_000], [1]).Require([70_000], [2]);
        Blocks([3, 8, 8], [1, 8, 8]).Require([0, 0, 0], [1, 8, 8]);
        Assert.Equal(["65536+34464", "0,0,0+3,8,8"], _tried);
    }

    [Fact]
    public void Without_chunks_one_element_stands_for_all()
    {
        var blocks = Blocks([1000, 1000], chunk: null);
        blocks.Require([500, 0], [1, 1000]);
        blocks.Require([0, 0], [1000, 1000]);
        Assert.Equal(["0,0+1,1"], _tried);
        Blocks([], chunk: null).Require([], []);
        Assert.Equal("+", _tried[^1]);
    }

    [Fact]
    public void Nothing_is_tried_where_nothing_is_read()
    {
        Blocks([0], [1]).Require([0], [0]);
        Assert.Empty(_tried);
    }

    [Fact]
    public void What_failed_is_tried_again()
    {
        var blocks = new ProbedBlocks([4], null, (_, _) =>
        {
            _tried.Add("");
            throw new InputException("crashed");
        });
        Assert.Throws<InputException>(() => blocks.Require([0], [4]));
        Assert.Throws<InputException>(() => blocks.Require([0], [4]));
        Assert.Equal(2, _tried.Count);
    }

    private ProbedBlocks Blocks(long[] shape, long[]? chunk) =>
        new(shape, chunk, (start, count) => _tried.Add($"{string.Join(',', start)}+{string.Join(',', count)}"));
}

using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Workers;

/// <summary>
/// The inference thread: it alone touches TorchSharp. It builds the stage and the pipeline around it, then turns pieces
/// into verdicts.
/// </summary>
/// <param name="bundle">A proven bundle.</param>
/// <param name="options">Where and how the networks run.</param>
/// <param name="makePipeline">Makes the pipeline around the stage; called once, on this thread.</param>
/// <param name="handOver">Queue and signals.</param>
/// <param name="token">The liveness token.</param>
/// <param name="keeper">Keeps pixels for pictures; null when none are wanted.</param>
internal sealed class InferenceWorker(
    ModelBundle bundle,
    InferenceOptions options,
    Func<ITileInspector, InspectionPipeline> makePipeline,
    LineHandOver handOver,
    LivenessToken token,
    PictureKeeper? keeper)
{
    private readonly TaskCompletionSource<InspectionPipeline> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pipeline once the model is proven and warm; faulted when it can't be used.</summary>
    public Task<InspectionPipeline> Ready => _ready.Task;

    /// <summary>Where verdicts go; set before the first strip.</summary>
    public VerdictDesk? Desk { get; set; }

    /// <summary>
    /// Returns once stitching has ended and the queue is empty. From <paramref name="abort"/> on nothing is inspected any
    /// more: what is left in the queue ends as NotInspected.
    /// </summary>
    public void Run(CancellationToken abort)
    {
        TileInspector? inspector = null;
        try
        {
            InspectionPipeline pipeline;
            try
            {
                inspector = new TileInspector(bundle, options);
                WarmUp(inspector, abort);
                pipeline = makePipeline(new TokenPassingInspector(inspector, token, abort));
            }
            catch (Exception e)
            {
                // Whoever waits for the pipeline is told; nothing runs yet that could end by a fault.
                _ready.SetException(e);
                return;
            }

            _ready.SetResult(pipeline);
            while (TakeOne(pipeline, abort))
            {
                token.Pass(LineStage.Inference);
            }

            token.Retire(LineStage.Inference);
        }
        finally
        {
            inspector?.Dispose();
        }
    }

    // The first batch of a shape costs the library a second of choosing kernels.
    private static void WarmUp(TileInspector inspector, CancellationToken abort)
    {
        TileRowFindings findings = new(inspector.MaxTiles);
        for (int tiles = inspector.MaxTiles; tiles > 0; tiles /= 2)
        {
            abort.ThrowIfCancellationRequested();
            inspector.Inspect(tiles, findings);
        }
    }

    private bool TakeOne(InspectionPipeline pipeline, CancellationToken abort)
    {
        bool isLast = handOver.IsStitchingDone;
        if (!handOver.Pieces.Reader.TryRead(out StitchedPiece piece))
        {
            handOver.PieceReady.Wait(isLast ? TimeSpan.Zero : LineHandOver.Poll);
            return !isLast;
        }

        if (piece.Row is { } row)
        {
            InspectRow(pipeline, row, abort);
        }
        else
        {
            PanelVerdict verdict = pipeline.Conclude(piece.End);
            Desk!.Conclude(piece.End.Panel, verdict, keeper?.Take(verdict.Panel));
        }

        handOver.PieceTaken.Set();
        return true;
    }

    private void InspectRow(InspectionPipeline pipeline, TileRow row, CancellationToken abort)
    {
        try
        {
            // A panel that was judged late must not make the next one late too.
            if (!abort.IsCancellationRequested && !Desk!.IsJudged(row.Panel))
            {
                keeper?.Add(row);
                pipeline.Inspect(row);
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Broken off between two batches: the row counts as not inspected.
        }
        finally
        {
            pipeline.Release(row);
        }
    }
}
